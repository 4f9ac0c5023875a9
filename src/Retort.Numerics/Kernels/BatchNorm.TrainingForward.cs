using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

public static unsafe partial class BatchNorm
{
    /// <summary>
    /// y = relu(gamma * (x - mean) / sqrt(variance + epsilon) + beta + residual) with mean and biased variance of this batch, and
    /// running = (1 - momentum) * running + momentum * (mean | variance * rows / (rows - 1)).
    /// </summary>
    /// <remarks>With a single row the variance is 0, in the running statistics too; PyTorch refuses that case.</remarks>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="gamma">Scale of the affine part, one value a channel.</param>
    /// <param name="beta">Shift of the affine part.</param>
    /// <param name="runningMean">Running mean, updated.</param>
    /// <param name="runningVariance">Running variance, updated.</param>
    /// <param name="momentum">Share of this batch in the running statistics; PyTorch's default is 0.1.</param>
    /// <param name="epsilon">Added to the variance; PyTorch's default is 1e-5.</param>
    /// <param name="mean">Receives the mean of the batch, one value a channel, for the gradient.</param>
    /// <param name="inverseDeviation">Receives 1 / sqrt(variance + epsilon), for the gradient.</param>
    /// <param name="residual">Added after the affine part, as the output; or null.</param>
    /// <param name="relu">Negative results become zero.</param>
    /// <param name="y">Output as the input; may be the input or the residual.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public static void TrainingForward(
        WorkerPool pool,
        float* x,
        int rows,
        int c,
        float* gamma,
        float* beta,
        float* runningMean,
        float* runningVariance,
        float momentum,
        float epsilon,
        float* mean,
        float* inverseDeviation,
        float* residual,
        bool relu,
        float* y,
        float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(gamma);
        ArgumentNullException.ThrowIfNull(beta);
        ArgumentNullException.ThrowIfNull(runningMean);
        ArgumentNullException.ThrowIfNull(runningVariance);
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(inverseDeviation);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(scratch);
        CheckSizes(rows, c);
        RowBlocks blocks = Blocks(rows, c);
        pool.Run(new BlockStatistics { Blocks = blocks, X = x, Channels = c, Partial = scratch }, blocks.Count);
        BatchStatistics batch = new()
        {
            Blocks = blocks,
            Partial = scratch,
            Rows = rows,
            Channels = c,
            Momentum = momentum,
            Epsilon = epsilon,
            RunningMean = runningMean,
            RunningVariance = runningVariance,
            Mean = mean,
            InverseDeviation = inverseDeviation,
        };
        pool.Run(batch, CombineItems(c));
        Normalise normalise = new()
        {
            Blocks = blocks,
            X = x,
            Channels = c,
            Gamma = gamma,
            Beta = beta,
            Mean = mean,
            InverseDeviation = inverseDeviation,
            Residual = residual,
            Relu = relu,
            Y = y,
        };
        pool.Run(normalise, blocks.Count);
    }

    // Of every block three values a channel: a mean m as floats give it, sum(x - m) and sum((x - m)^2). The second makes up for the
    // rounding of the first (the corrected two-pass algorithm: Chan, Golub and LeVeque 1983).
    private struct BlockStatistics : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public int Channels;
        public float* Partial;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int c = Channels;
            int first = Blocks.First(item);
            int height = Blocks.End(item) - first;
            float* x = X + ((nint)first * c);
            float* mean = Partial + ((nint)item * 3 * c);
            float* rest = mean + c;
            float* squares = rest + c;
            T share = T.Create(1f / height);
            int i = 0;

            // Two vectors of channels at a time: enough sums in registers to keep the adders busy, also where registers are few.
            for (; i + (2 * T.Count) <= c; i += 2 * T.Count)
            {
                int next = i + T.Count;
                T mean0 = T.Zero, mean1 = T.Zero;
                float* value = x;
                for (int row = 0; row < height; row++, value += c)
                {
                    mean0 += T.Load(value + i);
                    mean1 += T.Load(value + next);
                }

                mean0 *= share;
                mean1 *= share;
                T rest0 = T.Zero, rest1 = T.Zero, squares0 = T.Zero, squares1 = T.Zero;
                value = x;
                for (int row = 0; row < height; row++, value += c)
                {
                    T deviation0 = T.Load(value + i) - mean0;
                    T deviation1 = T.Load(value + next) - mean1;
                    rest0 += deviation0;
                    rest1 += deviation1;
                    squares0 = T.MultiplyAdd(deviation0, deviation0, squares0);
                    squares1 = T.MultiplyAdd(deviation1, deviation1, squares1);
                }

                mean0.Store(mean + i);
                mean1.Store(mean + next);
                rest0.Store(rest + i);
                rest1.Store(rest + next);
                squares0.Store(squares + i);
                squares1.Store(squares + next);
            }

            for (; i < c; i += T.Count)
            {
                int lanes = c - i;
                T mean0 = T.Zero;
                float* value = x + i;
                for (int row = 0; row < height; row++, value += c)
                {
                    mean0 += T.Load(value, lanes);
                }

                mean0 *= share;
                T rest0 = T.Zero, squares0 = T.Zero;
                value = x + i;
                for (int row = 0; row < height; row++, value += c)
                {
                    T deviation = T.Load(value, lanes) - mean0;
                    rest0 += deviation;
                    squares0 = T.MultiplyAdd(deviation, deviation, squares0);
                }

                mean0.Store(mean + i, lanes);
                rest0.Store(rest + i, lanes);
                squares0.Store(squares + i, lanes);
            }
        }
    }

    // The statistics of all blocks together, in double precision: the mean of the means, and the squares within the blocks
    // plus those of the blocks' means.
    private struct BatchStatistics : IKernel
    {
        public RowBlocks Blocks;
        public float* Partial;
        public int Rows;
        public int Channels;
        public float Momentum;
        public float Epsilon;
        public float* RunningMean;
        public float* RunningVariance;
        public float* Mean;
        public float* InverseDeviation;

        [SkipLocalsInit]
        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int first = item * CombinedChannels;
            int channels = Math.Min(CombinedChannels, Channels - first);
            double* sum = stackalloc double[CombinedChannels];
            double* squares = stackalloc double[CombinedChannels];
            new Span<double>(sum, CombinedChannels).Clear();
            new Span<double>(squares, CombinedChannels).Clear();
            for (int block = 0; block < Blocks.Count; block++)
            {
                double height = Blocks.End(block) - Blocks.First(block);
                float* partial = Partial + ((nint)block * 3 * Channels) + first;
                for (int i = 0; i < channels; i++)
                {
                    sum[i] += (height * partial[i]) + partial[Channels + i];
                }
            }

            for (int i = 0; i < channels; i++)
            {
                sum[i] /= Rows;
            }

            for (int block = 0; block < Blocks.Count; block++)
            {
                double height = Blocks.End(block) - Blocks.First(block);
                float* partial = Partial + ((nint)block * 3 * Channels) + first;
                for (int i = 0; i < channels; i++)
                {
                    double rest = partial[Channels + i];
                    double offset = partial[i] - sum[i];
                    squares[i] += partial[(2 * Channels) + i] + (offset * ((2 * rest) + (height * offset)));
                }
            }

            for (int i = 0; i < channels; i++)
            {
                int channel = first + i;
                double biased = Math.Max(0, squares[i] / Rows);
                double unbiased = Rows > 1 ? biased * Rows / (Rows - 1.0) : biased;
                Mean[channel] = (float)sum[i];
                InverseDeviation[channel] = (float)(1 / Math.Sqrt(biased + Epsilon));
                RunningMean[channel] = (float)(((1.0 - Momentum) * RunningMean[channel]) + (Momentum * sum[i]));
                RunningVariance[channel] = (float)(((1.0 - Momentum) * RunningVariance[channel]) + (Momentum * unbiased));
            }
        }
    }

    private struct Normalise : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public int Channels;
        public float* Gamma;
        public float* Beta;
        public float* Mean;
        public float* InverseDeviation;
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
            T normal = (T.Load(X + offset + i, lanes) - T.Load(Mean + i, lanes)) * T.Load(InverseDeviation + i, lanes);
            T value = T.MultiplyAdd(normal, T.Load(Gamma + i, lanes), T.Load(Beta + i, lanes));
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
}
