using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The channels of each pixel times the length of another tensor's channels there: y = |reference| * x.</summary>
public static unsafe class ScaleByLength
{
    /// <summary>y[r, :] = |reference[r, :]| * x[r, :].</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="reference">Whose lengths are taken, <c>[N, H, W, C]</c>.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="y">Output <c>[N, H, W, C]</c>; may be the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="c"/> is zero.</exception>
    public static void Forward(WorkerPool pool, float* x, float* reference, int rows, int c, float* y)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(y);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        pool.Run(new Kernel { Blocks = blocks, Of = x, Reference = reference, Channels = c, To = y }, blocks.Count);
    }

    /// <summary>dx (+)= |reference| * dy.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="reference">As in <see cref="Forward"/>.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="dx">Gradient of the input; may be <paramref name="dy"/>.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="c"/> is zero.</exception>
    public static void Backward(WorkerPool pool, float* reference, float* dy, int rows, int c, float* dx, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(dx);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        pool.Run(new Kernel { Blocks = blocks, Of = dy, Reference = reference, Channels = c, To = dx, Accumulate = accumulate }, blocks.Count);
    }

    /// <summary>dReference (+)= (dy . x) / |reference| * reference; nothing where the length is 0.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">As in <see cref="Forward"/>.</param>
    /// <param name="reference">As in <see cref="Forward"/>.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="dReference">Gradient of the reference.</param>
    /// <param name="accumulate">Add to <paramref name="dReference"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="c"/> is zero.</exception>
    public static void ReferenceBackward(WorkerPool pool, float* x, float* reference, float* dy, int rows, int c, float* dReference, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(dReference);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        pool.Run(new Kernel { Blocks = blocks, Of = reference, Reference = reference, X = x, Dy = dy, Channels = c, To = dReference, Accumulate = accumulate }, blocks.Count);
    }

    // To (+)= factor * Of, the factor of a pixel being the reference's length or, with a gradient, that length's slope.
    private struct Kernel : IKernel
    {
        public RowBlocks Blocks;
        public float* Of;
        public float* Reference;
        public float* X;
        public float* Dy;
        public int Channels;
        public float* To;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                nint offset = (nint)row * Channels;
                float length = MathF.Sqrt(Dot.Of<T>(Reference + offset, Reference + offset, Channels));
                float factor = length;
                if (Dy != null)
                {
                    factor = length > 0 ? Dot.Of<T>(X + offset, Dy + offset, Channels) / length : 0;
                }

                T scale = T.Create(factor);
                for (int i = 0; i < Channels; i += T.Count)
                {
                    int lanes = Channels - i;
                    T value = scale * T.Load(Of + offset + i, lanes);
                    (Accumulate ? T.Load(To + offset + i, lanes) + value : value).Store(To + offset + i, lanes);
                }
            }
        }
    }
}
