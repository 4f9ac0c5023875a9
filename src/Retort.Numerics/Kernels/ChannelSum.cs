using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>Sums over all pixels, one a channel: the gradient of a bias.</summary>
public static unsafe class ChannelSum
{
    /// <summary>Floats of scratch memory.</summary>
    public static int ScratchLength(int rows, int c) => checked(new RowBlocks(rows, c).Count * c);

    /// <summary>y[j] = sum over rows i of x[i][j], taken block by block in a fixed order.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Values <c>[rows, c]</c>.</param>
    /// <param name="rows">Pixels of all pictures.</param>
    /// <param name="c">Channels.</param>
    /// <param name="y">Receives <paramref name="c"/> sums.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public static void Run(WorkerPool pool, float* x, int rows, int c, float* y, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(scratch);
        var blocks = new RowBlocks(rows, c);
        pool.Run(new Kernel { X = x, Partial = scratch, C = c, Blocks = blocks }, blocks.Count);
        for (int j = 0; j < c; j++)
        {
            double sum = 0;
            for (int b = 0; b < blocks.Count; b++)
            {
                sum += scratch[((nint)b * c) + j];
            }

            y[j] = (float)sum;
        }
    }

    private struct Kernel : IKernel
    {
        public float* X;
        public float* Partial;
        public int C;
        public RowBlocks Blocks;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int first = Blocks.First(item);
            int last = Blocks.End(item);
            float* partial = Partial + ((nint)item * C);
            int j = 0;
            for (; j + T.Count <= C; j += T.Count)
            {
                T sum = T.Zero;
                for (int i = first; i < last; i++)
                {
                    sum += T.Load(X + ((nint)i * C) + j);
                }

                sum.Store(partial + j);
            }

            for (; j < C; j++)
            {
                float sum = 0;
                for (int i = first; i < last; i++)
                {
                    sum += X[((nint)i * C) + j];
                }

                partial[j] = sum;
            }
        }
    }
}
