using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The largest value of a square window. Where several are equal the first in row-major order counts, as in PyTorch.</summary>
/// <remarks>Padding is minus infinity. Which value comes out of a window that holds both numbers and NaN is not defined.</remarks>
public static unsafe class MaxPool
{
    /// <summary>The height or width of the output: (size + 2 * padding - kernel) / stride + 1, rounded down.</summary>
    /// <param name="size">Height or width of the input.</param>
    /// <param name="kernel">Height and width of the window.</param>
    /// <param name="stride">Pixels from one window to the next.</param>
    /// <param name="padding">Pixels outside the picture on each side, at most half a window.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sizes make no output, or a window could lie wholly in the padding.</exception>
    public static int OutputSize(int size, int kernel, int stride, int padding)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernel);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding, kernel / 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kernel, size + (2 * padding));
        return ((size + (2 * padding) - kernel) / stride) + 1;
    }

    /// <summary>y[n, p, q, c] = the largest of x[n, p * stride - padding + i, q * stride - padding + j, c] with 0 &lt;= i, j &lt; kernel.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="h">Height of the input.</param>
    /// <param name="w">Width of the input.</param>
    /// <param name="c">Channels.</param>
    /// <param name="kernel">Height and width of the window.</param>
    /// <param name="stride">Pixels from one window to the next.</param>
    /// <param name="padding">Pixels of padding on each side.</param>
    /// <param name="y">Output <c>[N, OutH, OutW, C]</c>; see <see cref="OutputSize"/>.</param>
    /// <param name="argmax">For every output the place of its maximum, row * W + column, or null if no gradient is wanted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the sizes make no output.</exception>
    public static void Forward(WorkerPool pool, float* x, int n, int h, int w, int c, int kernel, int stride, int padding, float* y, int* argmax)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Geometry geometry = Geometry.Of(n, h, w, c, kernel, stride, padding);
        pool.Run(new ForwardKernel { Geometry = geometry, X = x, Y = y, Argmax = argmax }, n * geometry.OutH);
    }

    /// <summary>dx (+)= for every input the sum of the gradients of the windows whose maximum it was.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="dy">Gradient of the output <c>[N, OutH, OutW, C]</c>.</param>
    /// <param name="argmax">From <see cref="Forward"/>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="h">Height of the input.</param>
    /// <param name="w">Width of the input.</param>
    /// <param name="c">Channels.</param>
    /// <param name="kernel">Height and width of the window.</param>
    /// <param name="stride">Pixels from one window to the next.</param>
    /// <param name="padding">Pixels of padding on each side.</param>
    /// <param name="dx">Gradient of the input <c>[N, H, W, C]</c>.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the sizes make no output.</exception>
    public static void Backward(WorkerPool pool, float* dy, int* argmax, int n, int h, int w, int c, int kernel, int stride, int padding, float* dx, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(argmax);
        ArgumentNullException.ThrowIfNull(dx);
        Geometry geometry = Geometry.Of(n, h, w, c, kernel, stride, padding);
        pool.Run(new BackwardKernel { Geometry = geometry, Dy = dy, Argmax = argmax, Dx = dx, Accumulate = accumulate }, n * h);
    }

    private struct Geometry
    {
        public int H, W, C, Kernel, Stride, Padding, OutH, OutW;

        public static Geometry Of(int n, int h, int w, int c, int kernel, int stride, int padding)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(c);
            Geometry geometry = new()
            {
                H = h,
                W = w,
                C = c,
                Kernel = kernel,
                Stride = stride,
                Padding = padding,
                OutH = OutputSize(h, kernel, stride, padding),
                OutW = OutputSize(w, kernel, stride, padding),
            };
            ArgumentOutOfRangeException.ThrowIfGreaterThan((Int128)n * h * w * c, Array.MaxLength, nameof(n));
            return geometry;
        }
    }

    private struct ForwardKernel : IKernel
    {
        public Geometry Geometry;
        public float* X;
        public float* Y;
        public int* Argmax;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            Geometry g = Geometry;
            (int n, int p) = Math.DivRem(item, g.OutH);
            float* picture = X + ((nint)n * g.H * g.W * g.C);
            int top = Math.Max(0, (p * g.Stride) - g.Padding);
            int bottom = Math.Min(g.H, (p * g.Stride) - g.Padding + g.Kernel);
            for (int q = 0; q < g.OutW; q++)
            {
                int left = Math.Max(0, (q * g.Stride) - g.Padding);
                int right = Math.Min(g.W, (q * g.Stride) - g.Padding + g.Kernel);
                nint output = (((nint)item * g.OutW) + q) * g.C;
                int i = 0;
                for (; i + T.Count <= g.C; i += T.Count)
                {
                    Step<T>(picture, top, bottom, left, right, output, i, T.Count);
                }

                if (i < g.C)
                {
                    Step<T>(picture, top, bottom, left, right, output, i, g.C - i);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(float* picture, int top, int bottom, int left, int right, nint output, int i, int lanes)
            where T : unmanaged, ISimd<T>
        {
            int place = (top * Geometry.W) + left;
            T largest = T.Load(picture + ((nint)place * Geometry.C) + i, lanes);

            // The place travels as bits in a float lane: it is selected and stored, never calculated with.
            T where = T.Create(BitConverter.Int32BitsToSingle(place));
            for (int row = top; row < bottom; row++)
            {
                for (int column = left; column < right; column++)
                {
                    place = (row * Geometry.W) + column;
                    T value = T.Load(picture + ((nint)place * Geometry.C) + i, lanes);
                    where = T.SelectGreater(value, largest, T.Create(BitConverter.Int32BitsToSingle(place)), where);
                    largest = T.SelectGreater(value, largest, value, largest);
                }
            }

            largest.Store(Y + output + i, lanes);
            if (Argmax != null)
            {
                where.Store((float*)Argmax + output + i, lanes);
            }
        }
    }

    // Every input looks for the windows that chose it, so that no two threads add to the same place.
    private struct BackwardKernel : IKernel
    {
        public Geometry Geometry;
        public float* Dy;
        public int* Argmax;
        public float* Dx;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            Geometry g = Geometry;
            (int n, int row) = Math.DivRem(item, g.H);
            nint outputs = (nint)n * g.OutH * g.OutW;
            (int top, int bottom) = Windows(row, g.OutH);
            for (int column = 0; column < g.W; column++)
            {
                (int left, int right) = Windows(column, g.OutW);
                float* dx = Dx + ((((nint)item * g.W) + column) * g.C);
                T place = T.Create(BitConverter.Int32BitsToSingle((row * g.W) + column));
                int i = 0;
                for (; i + T.Count <= g.C; i += T.Count)
                {
                    Step(place, outputs, top, bottom, left, right, dx + i, i, T.Count);
                }

                if (i < g.C)
                {
                    Step(place, outputs, top, bottom, left, right, dx + i, i, g.C - i);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(T place, nint outputs, int top, int bottom, int left, int right, float* dx, int i, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T sum = Accumulate ? T.Load(dx, lanes) : T.Zero;
            for (int p = top; p < bottom; p++)
            {
                for (int q = left; q < right; q++)
                {
                    nint output = ((outputs + ((nint)p * Geometry.OutW) + q) * Geometry.C) + i;
                    T where = T.Load((float*)Argmax + output, lanes);
                    sum += T.SelectSameBits(where, place, T.Load(Dy + output, lanes), T.Zero);
                }
            }

            sum.Store(dx, lanes);
        }

        // The windows that contain an input row or column: from the first one to the one after the last.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly (int First, int End) Windows(int position, int count)
        {
            int last = (position + Geometry.Padding) / Geometry.Stride;
            int beforeFirst = position + Geometry.Padding - Geometry.Kernel;
            int first = beforeFirst < 0 ? 0 : (beforeFirst / Geometry.Stride) + 1;
            return (first, Math.Min(count, last + 1));
        }
    }
}
