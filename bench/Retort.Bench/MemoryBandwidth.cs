using System.Diagnostics;
using System.Runtime.CompilerServices;
using Retort.Numerics;
using Retort.Numerics.Vectors;

namespace Retort.Bench;

/// <summary>How fast the machine's memory is, by the size of what is gone through: all threads read, or read two arrays and write a third (triad).</summary>
internal sealed unsafe class MemoryBandwidth
{
    // Four accumulators of the widest vector: a multiple of all that a step of any kernel takes.
    private const int Step = 64;

    private readonly AlignedBuffer[] _arrays;
    private readonly AlignedBuffer _sums;
    private readonly WorkerPool _pool;
    private readonly int _share;

    /// <summary>Makes three arrays and touches them.</summary>
    /// <param name="pool">The threads; each goes through a part of its own.</param>
    /// <param name="bytes">Size of all three arrays together.</param>
    public MemoryBandwidth(WorkerPool pool, long bytes)
    {
        _pool = pool;
        _share = (int)(bytes / 3 / sizeof(float) / pool.Threads / Step) * Step;
        _arrays = [.. Enumerable.Range(0, 3).Select(_ => new AlignedBuffer((long)_share * pool.Threads))];
        _sums = new AlignedBuffer(pool.Threads * Step);
        foreach (AlignedBuffer array in _arrays)
        {
            array.Span.Fill(1);
        }
    }

    /// <summary>Bytes read in a second.</summary>
    /// <param name="seconds">About how long to measure.</param>
    public double Read(double seconds)
    {
        var kernel = new ReadKernel { A = _arrays[0].Pointer, B = _arrays[1].Pointer, C = _arrays[2].Pointer, Sums = _sums.Pointer, Count = _share };
        return Measure(() => _pool.Run(kernel, _pool.Threads), seconds);
    }

    /// <summary>Bytes read and written in a second by a = b + s * c; what the processor reads before it can write is not counted.</summary>
    /// <param name="seconds">About how long to measure.</param>
    public double Triad(double seconds)
    {
        var kernel = new TriadKernel { A = _arrays[0].Pointer, B = _arrays[1].Pointer, C = _arrays[2].Pointer, Count = _share };
        return Measure(() => _pool.Run(kernel, _pool.Threads), seconds);
    }

    // Both go through all three arrays once a run.
    private double Measure(Action run, double seconds)
    {
        run();
        long start = Stopwatch.GetTimestamp();
        long runs = 0;
        double elapsed;
        do
        {
            run();
            runs++;
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        while (elapsed < seconds);

        GC.KeepAlive((_arrays, _sums));
        return 3.0 * sizeof(float) * _share * _pool.Threads * runs / elapsed;
    }

    private struct ReadKernel : IKernel
    {
        public float* A;
        public float* B;
        public float* C;
        public float* Sums;
        public int Count;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            T sum = Sum<T>(A + ((nint)item * Count)) + Sum<T>(B + ((nint)item * Count)) + Sum<T>(C + ((nint)item * Count));
            sum.Store(Sums + (item * Step));
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly T Sum<T>(float* x)
            where T : unmanaged, ISimd<T>
        {
            T s0 = T.Zero, s1 = T.Zero, s2 = T.Zero, s3 = T.Zero;
            float* end = x + Count;
            for (; x < end; x += 4 * T.Count)
            {
                s0 += T.Load(x);
                s1 += T.Load(x + T.Count);
                s2 += T.Load(x + (2 * T.Count));
                s3 += T.Load(x + (3 * T.Count));
            }

            return s0 + s1 + s2 + s3;
        }
    }

    private struct TriadKernel : IKernel
    {
        public float* A;
        public float* B;
        public float* C;
        public int Count;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            T scale = T.Create(0.5f);
            nint first = (nint)item * Count;
            for (nint i = first; i < first + Count; i += T.Count)
            {
                T.MultiplyAdd(scale, T.Load(C + i), T.Load(B + i)).Store(A + i);
            }
        }
    }
}
