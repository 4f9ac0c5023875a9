using Retort.Calibration;
using Retort.Metrics;

namespace Retort.Tests.Calibration;

public sealed class LabelledThresholdTests
{
    [Fact]
    public void Between_scores_that_do_not_overlap_the_threshold_lies_in_the_middle()
    {
        Assert.Equal(2.5f, LabelledThreshold.ForF1([1, 2], [3, 9]));
        Assert.Equal(2.5f, LabelledThreshold.ForRecall(1, [1, 2], [9, 3]));
    }

    [Fact]
    public void The_F1_at_the_threshold_is_the_largest_of_all()
    {
        float[] good = Populations.Get("normal", seed: 1).Draw(60);
        float[] defective = [.. Populations.Get("normal", seed: 2).Draw(40).Select(v => v + 0.6f)];
        float threshold = LabelledThreshold.ForF1(good, defective);
        int found = defective.Count(v => v >= threshold), alarms = good.Count(v => v >= threshold);
        ImageMetrics metrics = ImageMetrics.Compute([.. good, .. defective], [.. good.Select(_ => false), .. defective.Select(_ => true)]);
        Assert.Equal(metrics.F1Max!.Value, 2.0 * found / (found + alarms + defective.Length), 12);
        Assert.InRange(metrics.F1Max.Value, 0.5, 0.8);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(0.99, 10)]
    [InlineData(0.9, 9)]
    [InlineData(0.7, 7)]
    [InlineData(0.01, 1)]
    public void A_recall_is_reached_and_no_more_than_needed(double recall, int found)
    {
        float[] defective = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        Assert.Equal(found, LabelledThreshold.CountFrom(LabelledThreshold.ForRecall(recall, [0, 2.5f], defective), defective));
    }

    [Fact]
    public void Scores_without_room_between_them_are_parted_too()
    {
        float above = MathF.BitIncrement(1);
        Assert.Equal(above, LabelledThreshold.ForF1([1], [above]));
        Assert.Equal(1, LabelledThreshold.ForF1([1], [1]));
    }
}
