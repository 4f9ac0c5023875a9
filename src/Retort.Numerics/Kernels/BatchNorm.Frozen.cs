using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

public static unsafe partial class BatchNorm
{
    /// <summary>y = relu(scale * x + shift + residual).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="scale">One value a channel; see <see cref="FoldScaleShift"/>.</param>
    /// <param name="shift">One value a channel.</param>
    /// <param name="residual">Added to the result, as the output; or null.</param>
    /// <param name="relu">Negative results become zero.</param>
    /// <param name="y">Output as the input; may be the input or the residual.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public static void FrozenForward(WorkerPool pool, float* x, int rows, int c, float* scale, float* shift, float* residual, bool relu, float* y)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(shift);
        ArgumentNullException.ThrowIfNull(y);
        CheckSizes(rows, c);
        RowBlocks blocks = new(rows, c);
        FrozenForwardKernel kernel = new()
        {
            Blocks = blocks,
            X = x,
            Channels = c,
            Scale = scale,
            Shift = shift,
            Residual = residual,
            Relu = relu,
            Y = y,
        };
        pool.Run(kernel, blocks.Count);
    }

    /// <summary>With dz = dy (where y > 0, if a ReLU followed): dx (+)= scale * dz, dResidual (+)= dz.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="y">Output of the forward pass, which says what the ReLU let through; null if there was no ReLU.</param>
    /// <param name="dy">Gradient of the output <c>[N, H, W, C]</c>.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="scale">As in the forward pass.</param>
    /// <param name="dx">Gradient of the input; may be <paramref name="dy"/>.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <param name="dResidual">Gradient of the residual, or null; may be <paramref name="dy"/> unless <paramref name="dx"/> is.</param>
    /// <param name="accumulateResidual">Add to <paramref name="dResidual"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public static void FrozenBackward(WorkerPool pool, float* y, float* dy, int rows, int c, float* scale, float* dx, bool accumulate, float* dResidual, bool accumulateResidual)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(dx);
        CheckSizes(rows, c);
        RowBlocks blocks = new(rows, c);
        FrozenBackwardKernel kernel = new()
        {
            Blocks = blocks,
            Y = y,
            Dy = dy,
            Channels = c,
            Scale = scale,
            Dx = dx,
            Accumulate = accumulate,
            DResidual = dResidual,
            AccumulateResidual = accumulateResidual,
        };
        pool.Run(kernel, blocks.Count);
    }

    private struct FrozenForwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public int Channels;
        public float* Scale;
        public float* Shift;
        public float* Residual;
        public bool Relu;
        public float* Y;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                nint offset = (nint)row * Channels;
                int i = 0;
                for (; i + T.Count <= Channels; i += T.Count)
                {
                    Step<T>(offset, i, T.Count);
                }

                if (i < Channels)
                {
                    Step<T>(offset, i, Channels - i);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(nint offset, int i, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T value = T.MultiplyAdd(T.Load(X + offset + i, lanes), T.Load(Scale + i, lanes), T.Load(Shift + i, lanes));
            if (Residual != null)
            {
                value += T.Load(Residual + offset + i, lanes);
            }

            if (Relu)
            {
                value = T.SelectGreater(T.Zero, value, T.Zero, value);
            }

            value.Store(Y + offset + i, lanes);
        }
    }

    private struct FrozenBackwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* Y;
        public float* Dy;
        public int Channels;
        public float* Scale;
        public float* Dx;
        public bool Accumulate;
        public float* DResidual;
        public bool AccumulateResidual;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                nint offset = (nint)row * Channels;
                int i = 0;
                for (; i + T.Count <= Channels; i += T.Count)
                {
                    Step<T>(offset, i, T.Count);
                }

                if (i < Channels)
                {
                    Step<T>(offset, i, Channels - i);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(nint offset, int i, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T dz = T.Load(Dy + offset + i, lanes);
            if (Y != null)
            {
                dz = T.SelectGreater(T.Load(Y + offset + i, lanes), T.Zero, dz, T.Zero);
            }

            T value = dz * T.Load(Scale + i, lanes);
            (Accumulate ? T.Load(Dx + offset + i, lanes) + value : value).Store(Dx + offset + i, lanes);
            if (DResidual != null)
            {
                (AccumulateResidual ? T.Load(DResidual + offset + i, lanes) + dz : dz).Store(DResidual + offset + i, lanes);
            }
        }
    }
}
