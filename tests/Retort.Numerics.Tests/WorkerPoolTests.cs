using Retort.Numerics.Vectors;

namespace Retort.Numerics.Tests;

public sealed unsafe class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_item_runs_exactly_once(int threads)
    {
        using var pool = new WorkerPool(threads);
        foreach (int items in new[] { 0, 1, 2, 3, 7, 64, 1000, 100_000 })
        {
            int[] counts = new int[items + 1];
            fixed (int* p = counts)
            {
                pool.Run(new Counting { Counts = p }, items);
            }

            Assert.All(counts[..items], count => Assert.Equal(1, count));
            Assert.Equal(0, counts[items]);
        }
    }

    [Fact]
    public void More_items_than_a_round_holds_run_in_several_rounds()
    {
        const int items = (2 << 20) + 12_345;
        using var pool = new WorkerPool(2);
        int[] counts = new int[items + 1];
        fixed (int* p = counts)
        {
            pool.Run(new Counting { Counts = p }, items);
        }

        Assert.Equal(-1, counts.AsSpan(0, items).IndexOfAnyExcept(1));
        Assert.Equal(0, counts[items]);
    }

    [Fact]
    public void Workers_are_numbered_from_zero_to_the_number_of_threads()
    {
        const int items = 20_000;
        using var pool = new WorkerPool(3);
        Assert.Equal(3, pool.Threads);
        int[] workers = new int[items];
        fixed (int* p = workers)
        {
            pool.Run(new Naming { Workers = p }, items);
        }

        Assert.All(workers, worker => Assert.InRange(worker, 0, 2));
    }

    [Fact]
    public void Thousands_of_small_jobs_neither_lose_nor_repeat_an_item()
    {
        using var pool = new WorkerPool(3);
        int[] counts = new int[5];
        fixed (int* p = counts)
        {
            for (int job = 1; job <= 20_000; job++)
            {
                int items = 2 + (job % 4);
                pool.Run(new Counting { Counts = p }, items);

                // A job is complete when Run returns, not some time later.
                Assert.Equal(job, Volatile.Read(ref counts[0]));
            }
        }

        Assert.Equal([20_000, 20_000, 15_000, 10_000, 5_000], counts);
    }

    [Fact]
    public void Workers_that_have_parked_take_part_again()
    {
        using var pool = new WorkerPool(2);
        for (int round = 0; round < 5; round++)
        {
            Thread.Sleep(30);
            int[] counts = new int[100];
            fixed (int* p = counts)
            {
                pool.Run(new Counting { Counts = p }, 100);
            }

            Assert.All(counts, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Several_callers_take_turns()
    {
        using var pool = new WorkerPool(3);
        const int callers = 4, jobs = 300, items = 50;
        int[][] counts = [.. Enumerable.Range(0, callers).Select(_ => new int[items])];
        Thread[] threads = [.. counts.Select(mine => new Thread(() =>
        {
            for (int job = 0; job < jobs; job++)
            {
                fixed (int* p = mine)
                {
                    pool.Run(new Counting { Counts = p }, items);
                }
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.All(counts, mine => Assert.All(mine, count => Assert.Equal(jobs, count)));
    }

    [Fact]
    public void Running_a_job_allocates_nothing()
    {
        using var pool = new WorkerPool(2);
        int[] counts = new int[100];
        fixed (int* p = counts)
        {
            pool.Run(new Counting { Counts = p }, 100);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                pool.Run(new Counting { Counts = p }, 100);
            }

            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Fact]
    public void Disposing_ends_the_workers_and_may_be_repeated()
    {
        for (int i = 0; i < 20; i++)
        {
            var pool = new WorkerPool(1 + (i % 4));
            int[] counts = new int[10];
            fixed (int* p = counts)
            {
                pool.Run(new Counting { Counts = p }, 10);
            }

            if (i % 3 == 0)
            {
                Thread.Sleep(10);
            }

            // Joins the workers: a worker that missed the end would hang the test.
            pool.Dispose();
            pool.Dispose();
        }
    }

    [Fact]
    public void The_number_of_threads_is_checked_and_zero_means_one_per_processor()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(1025));
        using var pool = new WorkerPool();
        Assert.Equal(Environment.ProcessorCount, pool.Threads);
    }

    [Fact]
    public void Kernels_run_with_the_widest_vector_in_use()
    {
        using var pool = new WorkerPool(1);
        int width = 0;
        pool.Run(new Measuring { Width = &width }, 1);
        Assert.Equal(Simd.Count, width);
    }

    private struct Counting : IKernel
    {
        public int* Counts;

        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T> => Interlocked.Increment(ref Counts[item]);
    }

    private struct Naming : IKernel
    {
        public int* Workers;

        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T> => Workers[item] = worker;
    }

    private struct Measuring : IKernel
    {
        public int* Width;

        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T> => *Width = T.Count;
    }
}
