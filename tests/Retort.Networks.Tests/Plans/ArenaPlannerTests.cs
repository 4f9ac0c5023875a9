using Retort.Networks.Plans;
using Retort.Numerics;

namespace Retort.Networks.Tests.Plans;

public sealed class ArenaPlannerTests
{
    [Fact]
    public void Buffers_that_live_together_never_overlap()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            PlanBuffer[] buffers = Random(seed);
            var offsets = new long[buffers.Length];
            long total = ArenaPlanner.Place(buffers, offsets);
            for (int i = 0; i < buffers.Length; i++)
            {
                Assert.Equal(0, offsets[i] % (AlignedBuffer.Alignment / sizeof(float)));
                Assert.True(offsets[i] + buffers[i].Length <= total);
                for (int j = 0; j < i; j++)
                {
                    bool together = buffers[i].FirstStep <= buffers[j].LastStep && buffers[j].FirstStep <= buffers[i].LastStep;
                    bool apart = offsets[i] + buffers[i].Length <= offsets[j] || offsets[j] + buffers[j].Length <= offsets[i];
                    Assert.True(apart || !together, $"Seed {seed}: buffers {i} and {j} overlap.");
                }
            }
        }
    }

    // No placement can need less than the most that lives at one step; this one stays well under twice that.
    [Fact]
    public void Arena_is_little_larger_than_what_lives_at_once()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            PlanBuffer[] buffers = Random(seed);
            long total = ArenaPlanner.Place(buffers, new long[buffers.Length]);
            long most = Enumerable.Range(0, 61).Max(step => buffers.Where(b => b.FirstStep <= step && step <= b.LastStep).Sum(b => (long)b.Length));
            Assert.True(total <= 1.4 * most, $"Seed {seed}: {total} for {most}.");
        }
    }

    [Fact]
    public void Buffer_that_no_step_touches_takes_no_room() =>
        Assert.Equal(0, ArenaPlanner.Place([new PlanBuffer(100)], new long[1]));

    [Fact]
    public void Step_that_reads_one_and_writes_another_keeps_them_apart()
    {
        PlanBuffer[] buffers = [Living(10, 0, 3), Living(10, 3, 5), Living(10, 4, 6)];
        var offsets = new long[3];
        Assert.Equal(32, ArenaPlanner.Place(buffers, offsets));
        Assert.NotEqual(offsets[0], offsets[1]);
        Assert.Equal(offsets[0], offsets[2]);
    }

    private static PlanBuffer[] Random(ulong seed)
    {
        var random = new CounterRandom(seed);
        return [.. Enumerable.Range(0, 80).Select(_ =>
        {
            int first = random.NextInt(50);
            return Living(1 + random.NextInt(1000), first, first + random.NextInt(10));
        })];
    }

    private static PlanBuffer Living(int length, int first, int last)
    {
        var buffer = new PlanBuffer(length);
        buffer.Touch(first);
        buffer.Touch(last);
        return buffer;
    }
}
