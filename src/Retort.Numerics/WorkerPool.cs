using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Retort.Numerics.Vectors;

namespace Retort.Numerics;

/// <summary>
/// A fixed set of threads that share out the items of a <see cref="IKernel"/>. The caller is one of them. Workers spin for a
/// short while after each job, so that the next layer of a network starts in under a microsecond, and then park.
/// </summary>
/// <remarks>One job at a time: callers on several threads take turns. Running a job allocates nothing.</remarks>
public sealed unsafe class WorkerPool : IDisposable
{
    private const int IndexBits = 20;
    private const long IndexMask = (1L << IndexBits) - 1;

    // Room above the last item for the claims of workers that find nothing left.
    private const int LargestRound = (int)IndexMask - 2048;
    private const int SpinsBeforeParking = 20_000;
    private const int SpinsBeforeYield = 5_000;

    private readonly Lock _turn = new();
    private readonly Thread[] _workers;
    private readonly SemaphoreSlim _wake = new(0);

    // One word holds the job's number, its item count and the next item, so that a late worker can never claim an item of a
    // job that has ended: epoch in the high bits, then count, then next.
    private long _claim;
    private long _epoch;
    private int _completed;
    private int _parked;
    private int _generation;
    private bool _stopping;
    private delegate*<void*, int, int, void> _run;
    private void* _kernel;

    /// <summary>Starts the workers.</summary>
    /// <param name="threads">Threads in all, the caller included; 0 means one per processor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative or above 1024.</exception>
    public WorkerPool(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        _workers = new Thread[Threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            int worker = i + 1;
            _workers[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"retort worker {worker}" };
            _workers[i].Start();
        }
    }

    /// <summary>Threads in all, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Runs all items of a kernel and returns when the last one is done.</summary>
    /// <param name="kernel">The work. It is read in place by all threads.</param>
    /// <param name="items">How many items it has.</param>
    public void Run<TKernel>(in TKernel kernel, int items)
        where TKernel : unmanaged, IKernel
    {
        if (items <= 0)
        {
            return;
        }

        TKernel local = kernel;
        if (_workers.Length == 0 || items == 1)
        {
            for (int i = 0; i < items; i++)
            {
                Invoke<TKernel>(&local, i, 0);
            }

            return;
        }

        lock (_turn)
        {
            // More items than the claim word can number are taken in several rounds.
            for (int first = 0; first < items; first += LargestRound)
            {
                int count = Math.Min(items - first, LargestRound);
                if (first == 0)
                {
                    RunRound(&Invoke<TKernel>, &local, count);
                }
                else
                {
                    Offset<TKernel> shifted = new() { Kernel = local, First = first };
                    RunRound(&Invoke<Offset<TKernel>>, &shifted, count);
                }
            }
        }
    }

    private void RunRound(delegate*<void*, int, int, void> run, void* kernel, int items)
    {
        _run = run;
        _kernel = kernel;
        Volatile.Write(ref _completed, 0);
        long epoch = ++_epoch & ((1L << 22) - 1);
        Volatile.Write(ref _claim, (epoch << (2 * IndexBits)) | ((long)items << IndexBits));
        Interlocked.Increment(ref _generation);
        int parked = Volatile.Read(ref _parked);
        if (parked > 0)
        {
            _wake.Release(parked);
        }

        Drain(0);

        // Wait for completed items, not for workers: a worker that was asleep may wake after everything is done.
        int spins = 0;
        while (Volatile.Read(ref _completed) != items)
        {
            Thread.SpinWait(1);
            if (++spins > SpinsBeforeYield)
            {
                Thread.Yield();
                spins = 0;
            }
        }
    }

    private void Drain(int worker)
    {
        while (true)
        {
            long claim = Interlocked.Increment(ref _claim) - 1;
            int item = (int)(claim & IndexMask);
            if (item >= (int)((claim >> IndexBits) & IndexMask))
            {
                return;
            }

            _run(_kernel, item, worker);
            Interlocked.Increment(ref _completed);
        }
    }

    private void Work(int worker)
    {
        int seen = 0;
        while (true)
        {
            int spins = 0;
            while (Volatile.Read(ref _generation) == seen)
            {
                if (++spins <= SpinsBeforeParking)
                {
                    Thread.SpinWait(1);
                    continue;
                }

                Interlocked.Increment(ref _parked);
                if (Volatile.Read(ref _generation) == seen)
                {
                    _wake.Wait();
                }

                Interlocked.Decrement(ref _parked);
                spins = 0;
            }

            seen = Volatile.Read(ref _generation);
            if (Volatile.Read(ref _stopping))
            {
                return;
            }

            Drain(worker);
        }
    }

    private static void Invoke<TKernel>(void* kernel, int item, int worker)
        where TKernel : unmanaged, IKernel
    {
        // The width ladder of the whole engine: the conditions are constants to the compiler.
        if (Vector512.IsHardwareAccelerated)
        {
            ((TKernel*)kernel)->Execute<Simd512>(item, worker);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            ((TKernel*)kernel)->Execute<Simd256>(item, worker);
        }
        else
        {
            ((TKernel*)kernel)->Execute<Simd128>(item, worker);
        }
    }

    /// <summary>Ends the worker threads. No job may be running.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        Volatile.Write(ref _stopping, true);
        Volatile.Write(ref _claim, 0);
        Interlocked.Increment(ref _generation);
        _wake.Release(Math.Max(1, _workers.Length));
        foreach (Thread worker in _workers)
        {
            worker.Join();
        }

        _wake.Dispose();
    }

    private struct Offset<TKernel> : IKernel
        where TKernel : unmanaged, IKernel
    {
        public TKernel Kernel;
        public int First;

        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T> => Kernel.Execute<T>(First + item, worker);
    }
}
