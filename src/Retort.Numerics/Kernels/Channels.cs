using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>Moves some channels between tensors of different widths: what concatenation and splitting are made of.</summary>
public static unsafe class Channels
{
    /// <summary>dst[r, 0..c) (+)= src[r, 0..c) for every pixel r.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="src">The first of the channels to read, at the first pixel.</param>
    /// <param name="srcPixelStride">Floats from one pixel of the source to the next, at least <paramref name="c"/>.</param>
    /// <param name="dst">The first of the channels to write, at the first pixel.</param>
    /// <param name="dstPixelStride">Floats from one pixel of the destination to the next, at least <paramref name="c"/>.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels to move.</param>
    /// <param name="accumulate">Add to the destination instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or a stride is smaller than <paramref name="c"/>.</exception>
    public static void Copy(WorkerPool pool, float* src, int srcPixelStride, float* dst, int dstPixelStride, int rows, int c, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(src);
        ArgumentNullException.ThrowIfNull(dst);
        int count = Elementwise.Count(rows, c);
        ArgumentOutOfRangeException.ThrowIfLessThan(srcPixelStride, c);
        ArgumentOutOfRangeException.ThrowIfLessThan(dstPixelStride, c);
        if (srcPixelStride == c && dstPixelStride == c)
        {
            Elementwise.Run(pool, default(Kernels.Copy.Identity), src, dst, count, accumulate);
            return;
        }

        RowBlocks blocks = new(rows, c);
        Kernel kernel = new()
        {
            Blocks = blocks,
            Source = src,
            SourceStride = srcPixelStride,
            Destination = dst,
            DestinationStride = dstPixelStride,
            Channels = c,
            Accumulate = accumulate,
        };
        pool.Run(kernel, blocks.Count);
    }

    private struct Kernel : IKernel
    {
        public RowBlocks Blocks;
        public float* Source;
        public nint SourceStride;
        public float* Destination;
        public nint DestinationStride;
        public int Channels;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* source = Source + (row * SourceStride);
                float* destination = Destination + (row * DestinationStride);
                int i = 0;
                for (; i + T.Count <= Channels; i += T.Count)
                {
                    Step<T>(source + i, destination + i, T.Count);
                }

                if (i < Channels)
                {
                    Step<T>(source + i, destination + i, Channels - i);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(float* source, float* destination, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T value = T.Load(source, lanes);
            (Accumulate ? T.Load(destination, lanes) + value : value).Store(destination, lanes);
        }
    }
}
