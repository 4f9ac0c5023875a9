using Retort.Metrics;

namespace Retort.Tests.Metrics;

public class EvaluationMetricsTests
{
    [Fact]
    public void Two_ties_among_four_pictures_count_half()
    {
        ImageMetrics m = ImageMetrics.Compute([0.1f, 0.4f, 0.4f, 0.8f], [false, true, false, true]);
        Assert.Equal(0.875, m.Auroc!.Value, 1e-12);
        Assert.Equal(0.5 + (0.5 * 2 / 3), m.AveragePrecision!.Value, 1e-12);
        Assert.Equal(0.8, m.F1Max!.Value, 1e-12);
    }

    [Fact]
    public void A_perfect_map_scores_one_everywhere()
    {
        bool[] mask = new bool[64];
        mask.AsSpan(9, 3).Fill(true);
        mask[63] = true;
        float[] map = [.. mask.Select(defect => defect ? 1f : 0f)];
        EvaluationMetrics m = EvaluationMetrics.Compute([0f, 1f], [false, true], [new float[64], map], [null, mask], 8, 8);
        double?[] all = [m.ImageAuroc, m.ImageAp, m.ImageF1Max, m.PixelAuroc, m.PixelAp, m.PixelF1Max, m.Aupro, m.ProPerImage, m.Iap, m.Iap90];
        Assert.All(all, value => Assert.Equal(1, value!.Value, 1e-12));
    }

    [Fact]
    public void Pixels_that_do_not_count_are_as_if_they_were_not_there()
    {
        // The left halves alone, and the same with right halves that are all wrong.
        float[] halves = [3, 1, 0, 5, 2, 2, 1, 1];
        float[] wholes = [3, 1, 9, 9, 0, 5, 0, 0, 2, 2, 9, 9, 1, 1, 0, 0];
        bool[] half = [true, false, false, true, false, false, false, false];
        bool[] whole = [true, false, false, false, false, true, true, true, false, false, false, false, false, false, true, true];
        bool[] ignored = [.. Enumerable.Range(0, 16).Select(i => i % 4 >= 2)];
        Assert.Equal(
            PixelMetrics.Compute([halves, halves], [half, null], 2, 4),
            PixelMetrics.Compute([wholes, wholes], [whole, null], 4, 4, [ignored, ignored]));
        Assert.NotEqual(PixelMetrics.Compute([wholes], [whole], 4, 4), PixelMetrics.Compute([wholes], [whole], 4, 4, [ignored]));
        Assert.Equal(PixelMetrics.Compute([wholes], [whole], 4, 4), PixelMetrics.Compute([wholes], [whole], 4, 4, [null]));
    }

    [Fact]
    public void A_map_without_any_contrast_is_chance()
    {
        bool[] mask = new bool[100];
        mask.AsSpan(0, 10).Fill(true);
        PixelMetrics m = PixelMetrics.Compute([new float[100]], [mask], 10, 10);
        Assert.Equal(0.5, m.Auroc!.Value, 1e-12);
        Assert.Equal(0.1, m.AveragePrecision!.Value, 1e-12);
        Assert.Equal(0.15, m.Aupro!.Value, 1e-12);
        Assert.Equal(0, m.ProPerImage);
        Assert.Equal(0.1, m.Iap!.Value, 1e-12);
    }

    [Fact]
    public void Only_good_pictures_give_no_metric_and_no_failure()
    {
        EvaluationMetrics m = EvaluationMetrics.Compute([1f, 2f], [false, false], [new float[4], new float[4]], [null, null], 2, 2);
        Assert.Equal(new EvaluationMetrics(), m);
    }

    [Fact]
    public void No_pictures_give_no_metric_and_no_failure() =>
        Assert.Equal(new EvaluationMetrics(), EvaluationMetrics.Compute([], [], [], [], 2, 2));

    [Fact]
    public void Only_defective_pictures_give_pixel_metrics_but_no_image_metrics()
    {
        EvaluationMetrics m = EvaluationMetrics.Compute([1f], [true], [[3f, 1f, 2f, 0f]], [[true, false, false, false]], 2, 2);
        Assert.Null(m.ImageAuroc);
        Assert.Null(m.ImageAp);
        Assert.Null(m.ImageF1Max);
        Assert.Equal(1, m.PixelAuroc);
    }

    [Fact]
    public void Defects_on_every_pixel_leave_nothing_to_tell_apart()
    {
        PixelMetrics m = PixelMetrics.Compute([[3f, 1f]], [[true, true]], 2, 1);
        Assert.Null(m.Auroc);
        Assert.Null(m.AveragePrecision);
        Assert.Null(m.Aupro);
        Assert.Null(m.ProPerImage);
        Assert.Equal(1, m.Iap);
    }

    [Fact]
    public void A_defective_picture_without_mask_leaves_all_pixel_metrics_out()
    {
        EvaluationMetrics m = EvaluationMetrics.Compute(
            [0f, 1f, 2f], [false, true, true], [new float[1], new float[1], new float[1]], [null, [true], null], 1, 1);
        Assert.Equal(1, m.ImageAuroc);
        Assert.Null(m.PixelAuroc);
        Assert.Null(m.Iap);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Values_that_are_no_numbers_are_refused_and_the_picture_named(float bad)
    {
        var map = Assert.Throws<RetortException>(() => PixelMetrics.Compute([[0f], [bad]], [null, null], 1, 1));
        Assert.Contains("picture 2", map.Message, StringComparison.Ordinal);
        var score = Assert.Throws<RetortException>(() => ImageMetrics.Compute([0f, 1f, bad], [true, false, true]));
        Assert.Contains("picture 3", score.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ImageMetrics.Compute([1f], []));
        Assert.Throws<ArgumentException>(() => PixelMetrics.Compute([new float[4]], [], 2, 2));
        Assert.Throws<ArgumentException>(() => PixelMetrics.Compute([new float[5]], [null], 2, 2));
        Assert.Throws<ArgumentException>(() => PixelMetrics.Compute([new float[4]], [new bool[3]], 2, 2));
        Assert.Throws<ArgumentException>(() => EvaluationMetrics.Compute([1f], [true], [], [], 2, 2));
    }

    [Fact]
    public void Random_maps_agree_with_slow_definitions()
    {
        for (int seed = 100; seed < 125; seed++)
        {
            var random = new CounterRandom((ulong)seed);
            int levels = 2 + random.NextInt(60);
            var synthetic = new SyntheticMaps(
                seed, 2 + random.NextInt(7), 9 + random.NextInt(9), 9 + random.NextInt(9), levels, random.NextInt(levels), random.NextInt(3),
                1 + random.NextInt(4), 1 + random.NextInt(5));
            var (_, _, maps, masks) = synthetic.Make();
            PixelMetrics actual = PixelMetrics.Compute(maps, masks, synthetic.Width, synthetic.Height);
            var slow = new SlowPixelMetrics(maps, masks, synthetic.Width, synthetic.Height);
            Assert.Equal(slow.Auroc(), actual.Auroc!.Value, 1e-12);
            Assert.Equal(slow.AveragePrecision(), actual.AveragePrecision!.Value, 1e-12);
            Assert.Equal(slow.F1Max(), actual.F1Max!.Value, 1e-12);
            Assert.Equal(slow.Aupro(), actual.Aupro!.Value, 1e-12);
            Assert.Equal(slow.Iap(), actual.Iap!.Value, 1e-12);
        }
    }

    [Fact]
    public void The_order_of_the_pictures_does_not_matter()
    {
        var (scores, labels, maps, masks) = new SyntheticMaps(9, 8, 20, 20, 40, 20, 0, 3, 5).Make();
        EvaluationMetrics forward = EvaluationMetrics.Compute(scores, labels, maps, masks, 20, 20);
        scores.Reverse();
        labels.Reverse();
        maps.Reverse();
        masks.Reverse();
        EvaluationMetrics backward = EvaluationMetrics.Compute(scores, labels, maps, masks, 20, 20);
        Assert.Equal(forward.ImageAuroc, backward.ImageAuroc);
        Assert.Equal(forward.PixelAuroc, backward.PixelAuroc);
        Assert.Equal(forward.Aupro!.Value, backward.Aupro!.Value, 1e-12);
        Assert.Equal(forward.ProPerImage!.Value, backward.ProPerImage!.Value, 1e-12);
        Assert.Equal(forward.Iap, backward.Iap);
        Assert.Equal(forward.Iap90, backward.Iap90);
    }
}
