using Retort.Methods;
using Retort.Training;

namespace Retort.Tests.Training;

public sealed class BatchLoaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Batches_come_in_order_and_complete_whatever_the_threads(int threads)
    {
        const int batch = 5;
        using var loader = new BatchLoader<TrainingBatch>(() => new TrainingBatch(batch, 1), batch, first: 7, end: 60, threads, Fill);
        for (long index = 7; index < 60; index++)
        {
            TrainingBatch taken = loader.Take();
            Assert.Equal(Enumerable.Range(0, batch).Select(sample => (index * 100f) + sample), taken.Mask);
            if (index % 9 == 0)
            {
                // The loader runs ahead; it must not touch the batch in use.
                Thread.Sleep(2);
                Assert.Equal((index * 100f) + 4, taken.Mask[4]);
            }
        }
    }

    [Fact]
    public void No_more_batches_are_prepared_than_the_ring_holds()
    {
        int begun = 0;
        using var loader = new BatchLoader<TrainingBatch>(() => new TrainingBatch(2, 1), 2, 0, 1000, 2, (_, _, _) => Interlocked.Increment(ref begun));
        loader.Take();
        SpinWait.SpinUntil(() => Volatile.Read(ref begun) >= 6, TimeSpan.FromSeconds(10));
        Thread.Sleep(20);
        Assert.Equal(6, Volatile.Read(ref begun));
    }

    [Fact]
    public void What_goes_wrong_in_the_background_is_thrown_by_take()
    {
        using var loader = new BatchLoader<TrainingBatch>(() => new TrainingBatch(2, 1), 2, 0, 10, 2, (index, sample, batch) =>
        {
            if (index == 3)
            {
                throw new RetortException("broken");
            }

            Fill(index, sample, batch);
        });
        var failure = Assert.Throws<RetortException>(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                loader.Take();
            }
        });
        Assert.Equal("broken", failure.Message);
    }

    [Fact]
    public void It_can_be_left_at_any_time()
    {
        for (int taken = 0; taken < 5; taken++)
        {
            using var loader = new BatchLoader<TrainingBatch>(() => new TrainingBatch(3, 1), 3, 0, 100, 2, Fill);
            for (int i = 0; i < taken; i++)
            {
                loader.Take();
            }
        }
    }

    [Fact]
    public void Waiting_is_measured()
    {
        // The sample is ready a while after the taker has begun to wait for it.
        Thread taker = Thread.CurrentThread;
        using var loader = new BatchLoader<TrainingBatch>(() => new TrainingBatch(1, 1), 1, 0, 1, 1, (_, _, _) =>
        {
            SpinWait.SpinUntil(() => taker.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(30));
            Thread.Sleep(20);
        });
        loader.Take();
        Assert.True(loader.Waited > TimeSpan.FromMilliseconds(5));
    }

    private static void Fill(long index, int sample, TrainingBatch batch) => batch.Mask[sample] = (index * 100) + sample;
}
