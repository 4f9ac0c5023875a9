using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>Gaussian smoothing of maps, equal to SciPy's <c>gaussian_filter</c> with its defaults <c>mode="reflect", truncate=4</c>.</summary>
public static unsafe class GaussianBlur
{
    private const double Truncate = 4;

    /// <summary>How far the filter reaches: four standard deviations, rounded.</summary>
    /// <param name="sigma">Standard deviation in pixels.</param>
    public static int Radius(double sigma) => (int)((Truncate * sigma) + 0.5);

    /// <summary>The filter from its centre outwards, <see cref="Radius"/> + 1 values; both sides together sum to 1.</summary>
    /// <param name="sigma">Standard deviation in pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sigma"/> is not positive.</exception>
    public static float[] Weights(double sigma)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        double[] half = [.. Enumerable.Range(0, Radius(sigma) + 1).Select(i => Math.Exp(-0.5 * i * i / (sigma * sigma)))];
        double sum = (2 * half.Sum()) - half[0];
        return [.. half.Select(w => (float)(w / sum))];
    }

    /// <summary>Floats of scratch memory that <see cref="Forward"/> needs.</summary>
    /// <param name="threads">Of the pool.</param>
    /// <param name="w">Width.</param>
    /// <param name="c">Channels.</param>
    /// <param name="radius">From <see cref="Radius"/>.</param>
    public static int ScratchLength(int threads, int w, int c, int radius) => checked(threads * (w + (2 * radius)) * c);

    /// <summary>Smooths along the columns, then along the rows. Beyond an edge the picture is mirrored, edge pixel included: d c b a | a b c d | d c b a.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="h">Height.</param>
    /// <param name="w">Width.</param>
    /// <param name="c">Channels.</param>
    /// <param name="weights">From <see cref="Weights"/>.</param>
    /// <param name="radius">From <see cref="Radius"/>.</param>
    /// <param name="y">Output <c>[N, H, W, C]</c>; must not overlap the input.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the radius negative.</exception>
    public static void Forward(WorkerPool pool, float* x, int n, int h, int w, int c, float* weights, int radius, float* y, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(h);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(w);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(c);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((Int128)n * h * w * c, Array.MaxLength, nameof(n));
        RowBlocks blocks = new(n * h, w * c);
        Kernel kernel = new()
        {
            Blocks = blocks,
            X = x,
            Height = h,
            Width = w,
            Channels = c,
            Weights = weights,
            Radius = radius,
            Y = y,
            Scratch = scratch,
        };
        pool.Run(kernel, blocks.Count);
    }

    /// <summary>The place inside of a line that a place beyond its ends mirrors.</summary>
    /// <param name="position">The place, counted from the line's first.</param>
    /// <param name="length">Of the line.</param>
    public static int Mirror(int position, int length)
    {
        int period = 2 * length;
        position = ((position % period) + period) % period;
        return position < length ? position : period - 1 - position;
    }

    private struct Kernel : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public int Height, Width, Channels;
        public float* Weights;
        public int Radius;
        public float* Y;
        public float* Scratch;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int length = Width * Channels;
            int margin = Radius * Channels;
            float* line = Scratch + ((nint)worker * (length + (2 * margin)));
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                (int n, int p) = Math.DivRem(row, Height);
                AlongColumn<T>(X + ((nint)n * Height * length), p, length, line + margin);
                Extend(line);
                AlongRow<T>(line + margin, length, Y + ((nint)row * length));
            }
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly void AlongColumn<T>(float* picture, int row, int length, float* line)
            where T : unmanaged, ISimd<T>
        {
            float* centre = picture + ((nint)row * length);
            T weight = T.Create(Weights[0]);
            for (int i = 0; i < length; i += T.Count)
            {
                (weight * T.Load(centre + i, length - i)).Store(line + i, length - i);
            }

            for (int k = 1; k <= Radius; k++)
            {
                float* above = picture + ((nint)Mirror(row - k, Height) * length);
                float* below = picture + ((nint)Mirror(row + k, Height) * length);
                weight = T.Create(Weights[k]);
                for (int i = 0; i < length; i += T.Count)
                {
                    T pair = T.Load(above + i, length - i) + T.Load(below + i, length - i);
                    T.MultiplyAdd(weight, pair, T.Load(line + i, length - i)).Store(line + i, length - i);
                }
            }
        }

        // With the mirrored pixels beside the row no sum along it has a special case.
        [MethodImpl(IKernel.Compilation)]
        private readonly void Extend(float* line)
        {
            for (int k = 1; k <= Radius; k++)
            {
                float* left = line + ((Radius + Mirror(-k, Width)) * Channels);
                float* right = line + ((Radius + Mirror(Width - 1 + k, Width)) * Channels);
                for (int c = 0; c < Channels; c++)
                {
                    line[((Radius - k) * Channels) + c] = left[c];
                    line[((Radius + Width - 1 + k) * Channels) + c] = right[c];
                }
            }
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly void AlongRow<T>(float* line, int length, float* y)
            where T : unmanaged, ISimd<T>
        {
            for (int i = 0; i < length; i += T.Count)
            {
                int lanes = length - i;
                float* x = line + i;
                T sum = T.Create(Weights[0]) * T.Load(x, lanes);
                for (int k = 1; k <= Radius; k++)
                {
                    int step = k * Channels;
                    sum = T.MultiplyAdd(T.Create(Weights[k]), T.Load(x - step, lanes) + T.Load(x + step, lanes), sum);
                }

                sum.Store(y + i, lanes);
            }
        }
    }
}
