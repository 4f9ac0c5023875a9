using Retort.Methods.DeSTSeg;
using Retort.Training;

namespace Retort.Tests.Training;

public sealed class TrainerPaceTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void A_phase_that_has_not_begun_is_reckoned_by_its_cost()
    {
        TrainerPace pace = Pace(TimeSpan.Zero);
        Do(pace, 0, 5);
        Assert.Null(pace.Remaining(1));
        Do(pace, 0, 1);

        // The first step, which compiles, is no measure; 8 steps of 1 s are left, and 20 of 3.5 s.
        Assert.Equal(8 + 70, pace.Remaining(2)!.Value.TotalSeconds, 9);
        Assert.Equal(1, pace.StepsPerSecond);
        for (int i = 2; i < 10; i++)
        {
            Do(pace, 0, 1);
        }

        Assert.Equal(70, pace.Remaining(10)!.Value.TotalSeconds, 9);
    }

    [Fact]
    public void A_phase_that_has_begun_is_reckoned_by_its_own_pace_once_that_is_known()
    {
        TrainerPace pace = Pace(TimeSpan.Zero);
        Do(pace, 0, 5);
        Do(pace, 0, 1);
        Do(pace, 1, 9);
        Assert.Equal(19 * 3.5, pace.Remaining(11)!.Value.TotalSeconds, 9);
        Assert.Equal(0, pace.StepsPerSecond);
        Do(pace, 1, 2);
        Assert.Equal(18 * 2, pace.Remaining(12)!.Value.TotalSeconds, 9);
        Assert.Equal(0.5, pace.StepsPerSecond);

        // A later step moves the pace by a tenth of the difference.
        Do(pace, 1, 3);
        Assert.Equal(17 * 2.1, pace.Remaining(13)!.Value.TotalSeconds, 9);
        Assert.Equal(TimeSpan.Zero, pace.Remaining(30));
    }

    [Fact]
    public void A_run_resumed_in_its_second_phase_has_no_pace_before_the_second_step()
    {
        TrainerPace pace = Pace(TimeSpan.FromSeconds(100));
        Do(pace, 1, 5);
        Assert.Null(pace.Remaining(16));
        Do(pace, 1, 2);
        Assert.Equal(13 * 2, pace.Remaining(17)!.Value.TotalSeconds, 9);
        Assert.Equal(107, pace.Elapsed.TotalSeconds, 9);
    }

    [Fact]
    public void Writing_a_checkpoint_is_elapsed_time_and_no_part_of_a_step()
    {
        TrainerPace pace = Pace(TimeSpan.Zero);
        Do(pace, 0, 5);
        Do(pace, 0, 1);
        _clock.Seconds += 40;
        pace.LeaveOut();
        Do(pace, 0, 1);
        Assert.Equal(7 + 70, pace.Remaining(3)!.Value.TotalSeconds, 9);
        Assert.Equal(47, pace.Elapsed.TotalSeconds, 9);
    }

    [Fact]
    public void DeSTSegs_second_phase_costs_more_a_step_than_its_first()
    {
        var options = new DeSTSegOptions();
        Assert.Equal([1, 3.5], options.PhaseCosts);
        options.Set("segmentation", "off");
        Assert.Equal(options.Steps.Count, options.PhaseCosts.Count);
    }

    private TrainerPace Pace(TimeSpan earlier) => new([10, 20], [1, 3.5], earlier, _clock);

    private void Do(TrainerPace pace, int phase, double seconds)
    {
        _clock.Seconds += seconds;
        pace.Count(phase);
    }

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)Math.Round(Seconds * 1000);
    }
}
