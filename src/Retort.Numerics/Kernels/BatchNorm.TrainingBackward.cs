using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

public static unsafe partial class BatchNorm
{
    /// <summary>
    /// With dz = dy (where the output is positive, if a ReLU followed) and n = (x - mean) * inverseDeviation:
    /// dBeta = sum(dz), dGamma = sum(dz * n), dResidual (+)= dz,
    /// dx (+)= gamma * inverseDeviation * (dz - dBeta / rows - n * dGamma / rows).
    /// </summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input of the forward pass <c>[N, H, W, C]</c>.</param>
    /// <param name="relu">Whether a ReLU followed.</param>
    /// <param name="y">
    /// The output of the forward pass, which says what the ReLU let through. Null if there was no residual: then it follows from the input,
    /// and the output need not have been kept.
    /// </param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="gamma">Scale of the affine part, one value a channel.</param>
    /// <param name="beta">Shift of the affine part.</param>
    /// <param name="mean">Mean of the batch, from the forward pass.</param>
    /// <param name="inverseDeviation">From the forward pass.</param>
    /// <param name="dx">Gradient of the input; may be <paramref name="dy"/>.</param>
    /// <param name="accumulateDx">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <param name="dGamma">Receives the gradient of the scale.</param>
    /// <param name="dBeta">Receives the gradient of the shift.</param>
    /// <param name="dResidual">Gradient of the residual, or null; may be <paramref name="dy"/> unless <paramref name="dx"/> is.</param>
    /// <param name="accumulateResidual">Add to <paramref name="dResidual"/> instead of overwriting it.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public static void TrainingBackward(
        WorkerPool pool,
        float* x,
        bool relu,
        float* y,
        float* dy,
        int rows,
        int c,
        float* gamma,
        float* beta,
        float* mean,
        float* inverseDeviation,
        float* dx,
        bool accumulateDx,
        float* dGamma,
        float* dBeta,
        float* dResidual,
        bool accumulateResidual,
        float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(gamma);
        ArgumentNullException.ThrowIfNull(beta);
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(inverseDeviation);
        ArgumentNullException.ThrowIfNull(dx);
        ArgumentNullException.ThrowIfNull(dGamma);
        ArgumentNullException.ThrowIfNull(dBeta);
        ArgumentNullException.ThrowIfNull(scratch);
        CheckSizes(rows, c);
        RowBlocks blocks = Blocks(rows, c);
        float* coefficients = scratch + ((nint)blocks.Count * 2 * c);
        Gate gate = new() { Relu = relu, Y = y, Gamma = gamma, Beta = beta, InverseDeviation = inverseDeviation };
        pool.Run(new BlockGradients { Blocks = blocks, Gate = gate, X = x, Dy = dy, Channels = c, Mean = mean, Partial = scratch }, blocks.Count);
        BatchGradients batch = new()
        {
            Blocks = blocks,
            Partial = scratch,
            Rows = rows,
            Channels = c,
            Gamma = gamma,
            InverseDeviation = inverseDeviation,
            DGamma = dGamma,
            DBeta = dBeta,
            Coefficients = coefficients,
        };
        pool.Run(batch, CombineItems(c));
        InputGradient input = new()
        {
            Blocks = blocks,
            Gate = gate,
            X = x,
            Dy = dy,
            Channels = c,
            Mean = mean,
            Coefficients = coefficients,
            Dx = dx,
            AccumulateDx = accumulateDx,
            DResidual = dResidual,
            AccumulateResidual = accumulateResidual,
        };
        pool.Run(input, blocks.Count);
    }

    // What the ReLU let through.
    private struct Gate
    {
        public bool Relu;
        public float* Y;
        public float* Gamma;
        public float* Beta;
        public float* InverseDeviation;

        // Without the output, the same operations as in the forward pass give the same sign.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly T Apply<T>(T dy, T deviation, nint offset, int i, int lanes)
            where T : unmanaged, ISimd<T>
        {
            if (!Relu)
            {
                return dy;
            }

            T output = Y != null
                ? T.Load(Y + offset + i, lanes)
                : T.MultiplyAdd(deviation * T.Load(InverseDeviation + i, lanes), T.Load(Gamma + i, lanes), T.Load(Beta + i, lanes));
            return T.SelectGreater(output, T.Zero, dy, T.Zero);
        }
    }

    // Of every block two values a channel: sum(dz) and sum(dz * (x - mean)).
    private struct BlockGradients : IKernel
    {
        public RowBlocks Blocks;
        public Gate Gate;
        public float* X;
        public float* Dy;
        public int Channels;
        public float* Mean;
        public float* Partial;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            float* plain = Partial + ((nint)item * 2 * Channels);
            float* moment = plain + Channels;
            new Span<float>(plain, 2 * Channels).Clear();
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                nint offset = (nint)row * Channels;
                int i = 0;
                for (; i + T.Count <= Channels; i += T.Count)
                {
                    Step<T>(plain, moment, offset, i, T.Count);
                }

                if (i < Channels)
                {
                    Step<T>(plain, moment, offset, i, Channels - i);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(float* plain, float* moment, nint offset, int i, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T deviation = T.Load(X + offset + i, lanes) - T.Load(Mean + i, lanes);
            T dz = Gate.Apply(T.Load(Dy + offset + i, lanes), deviation, offset, i, lanes);
            (T.Load(plain + i, lanes) + dz).Store(plain + i, lanes);
            T.MultiplyAdd(dz, deviation, T.Load(moment + i, lanes)).Store(moment + i, lanes);
        }
    }

    // The sums over all blocks, and from them dx = a * dz + b * (x - mean) + d.
    private struct BatchGradients : IKernel
    {
        public RowBlocks Blocks;
        public float* Partial;
        public int Rows;
        public int Channels;
        public float* Gamma;
        public float* InverseDeviation;
        public float* DGamma;
        public float* DBeta;
        public float* Coefficients;

        [SkipLocalsInit]
        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int first = item * CombinedChannels;
            int channels = Math.Min(CombinedChannels, Channels - first);
            double* plain = stackalloc double[CombinedChannels];
            double* moment = stackalloc double[CombinedChannels];
            new Span<double>(plain, CombinedChannels).Clear();
            new Span<double>(moment, CombinedChannels).Clear();
            for (int block = 0; block < Blocks.Count; block++)
            {
                float* partial = Partial + ((nint)block * 2 * Channels) + first;
                for (int i = 0; i < channels; i++)
                {
                    plain[i] += partial[i];
                    moment[i] += partial[Channels + i];
                }
            }

            for (int i = 0; i < channels; i++)
            {
                int channel = first + i;
                double inverse = InverseDeviation[channel];
                double scale = Gamma[channel] * inverse;
                DBeta[channel] = (float)plain[i];
                DGamma[channel] = (float)(moment[i] * inverse);
                Coefficients[channel] = (float)scale;
                Coefficients[Channels + channel] = (float)(-scale * inverse * inverse * moment[i] / Rows);
                Coefficients[(2 * Channels) + channel] = (float)(-scale * plain[i] / Rows);
            }
        }
    }

    private struct InputGradient : IKernel
    {
        public RowBlocks Blocks;
        public Gate Gate;
        public float* X;
        public float* Dy;
        public int Channels;
        public float* Mean;
        public float* Coefficients;
        public float* Dx;
        public bool AccumulateDx;
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
            T deviation = T.Load(X + offset + i, lanes) - T.Load(Mean + i, lanes);
            T dz = Gate.Apply(T.Load(Dy + offset + i, lanes), deviation, offset, i, lanes);
            float* a = Coefficients + i;
            float* b = a + Channels;
            float* d = b + Channels;
            T value = T.MultiplyAdd(T.Load(a, lanes), dz, T.MultiplyAdd(T.Load(b, lanes), deviation, T.Load(d, lanes)));
            if (AccumulateDx)
            {
                value += T.Load(Dx + offset + i, lanes);
            }

            value.Store(Dx + offset + i, lanes);
            if (DResidual != null)
            {
                (AccumulateResidual ? T.Load(DResidual + offset + i, lanes) + dz : dz).Store(DResidual + offset + i, lanes);
            }
        }
    }
}
