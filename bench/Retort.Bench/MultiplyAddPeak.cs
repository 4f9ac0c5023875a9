using System.Diagnostics;
using System.Runtime.CompilerServices;
using Retort.Numerics;
using Retort.Numerics.Vectors;

namespace Retort.Bench;

/// <summary>What the machine can do: independent multiply-adds in registers, nothing else.</summary>
internal static class MultiplyAddPeak
{
    private const int Rounds = 400_000;

    /// <summary>Runs once on every thread of the pool and returns the floating-point operations a second of all together.</summary>
    public static unsafe double Measure(WorkerPool pool)
    {
        var sink = new AlignedBuffer(pool.Threads * Simd.Count);
        long start = Stopwatch.GetTimestamp();
        pool.Run(new Kernel { Sink = sink.Pointer }, pool.Threads);
        GC.KeepAlive(sink);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return pool.Threads * (double)Rounds * 24 * 2 * Simd.Count / seconds;
    }

    // The sum is what changes, as in the kernels: with a product that changes the compiler adds moves at some widths.
    // Nothing may be called after the loop, or they live in memory during it.
    private unsafe struct Kernel : IKernel
    {
        public float* Sink;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            T a = T.Create(1.0000001f), b = T.Create(1e-9f);
            T c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
            for (int i = 0; i < 2 * Rounds; i++)
            {
                c0 = T.MultiplyAdd(a, b, c0);
                c1 = T.MultiplyAdd(a, b, c1);
                c2 = T.MultiplyAdd(a, b, c2);
                c3 = T.MultiplyAdd(a, b, c3);
                c4 = T.MultiplyAdd(a, b, c4);
                c5 = T.MultiplyAdd(a, b, c5);
                c6 = T.MultiplyAdd(a, b, c6);
                c7 = T.MultiplyAdd(a, b, c7);
                c8 = T.MultiplyAdd(a, b, c8);
                c9 = T.MultiplyAdd(a, b, c9);
                c10 = T.MultiplyAdd(a, b, c10);
                c11 = T.MultiplyAdd(a, b, c11);
            }

            (c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11).Store(Sink + (item * T.Count));
        }
    }
}
