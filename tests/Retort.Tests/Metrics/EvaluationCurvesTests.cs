using Retort.Metrics;

namespace Retort.Tests.Metrics;

public sealed class EvaluationCurvesTests
{
    /// <summary>Curves of pixels are drawn to 1/512.</summary>
    private const double Drawn = 1.0 / 256;

    private readonly EvaluationCurves _curves = new();

    [Fact]
    public void The_areas_under_the_curves_are_the_metrics()
    {
        EvaluationMetrics metrics = Compute(new SyntheticMaps(9, 30, 40, 40, 4000, 800, 0, 3, 9));
        Assert.Equal(metrics.ImageAuroc!.Value, Area(_curves.ImageRoc, 1), 1e-12);
        Assert.Equal(metrics.ImageAp!.Value, Steps(_curves.ImagePrecisionRecall), 1e-12);
        Assert.Equal(metrics.PixelAuroc!.Value, Area(_curves.PixelRoc, 1), Drawn);
        Assert.Equal(metrics.PixelAp!.Value, Steps(_curves.PixelPrecisionRecall), Drawn);
        Assert.Equal(metrics.Aupro!.Value, Area(_curves.RegionOverlap, 0.3) / 0.3, Drawn);

        // The test set tells something: neither perfect nor chance.
        Assert.InRange(metrics.PixelAuroc.Value, 0.6, 0.99);
        Assert.InRange(metrics.Aupro.Value, 0.2, 0.99);
    }

    [Fact]
    public void Whoever_asks_for_curves_gets_the_same_metrics()
    {
        var synthetic = new SyntheticMaps(11, 8, 20, 20, 40, 20, 0, 3, 5);
        EvaluationMetrics with = Compute(synthetic);
        var (scores, labels, maps, masks) = synthetic.Make();
        Assert.Equal(EvaluationMetrics.Compute(scores, labels, maps, masks, 20, 20), with);
    }

    [Fact]
    public void Curves_end_where_everything_is_found_and_the_overlap_where_its_limit_is_passed()
    {
        Compute(new SyntheticMaps(9, 30, 40, 40, 4000, 800, 0, 3, 9));
        Assert.Equal((1, 1), (_curves.ImageRoc.X[^1], _curves.ImageRoc.Y[^1]));
        Assert.Equal((1, 1), (_curves.PixelRoc.X[^1], _curves.PixelRoc.Y[^1]));
        Assert.Equal(1, _curves.PixelPrecisionRecall.X[^1]);
        Assert.InRange(_curves.RegionOverlap.X[^1], 0.3, 0.31);
        Assert.InRange(_curves.RegionOverlap.X[^2], 0, 0.3);
    }

    [Fact]
    public void Where_a_metric_is_not_defined_its_curve_has_no_points()
    {
        EvaluationMetrics.Compute([1f, 2f], [false, false], [new float[4], new float[4]], [null, null], 2, 2, curves: _curves);
        EvaluationMetrics.Compute([1f], [true], [[3f, 1f]], [[true, true]], 2, 1, curves: _curves);
        EvaluationMetrics.Compute([0f, 1f], [false, true], [new float[1], new float[1]], [null, null], 1, 1);
        Curve[] all = [_curves.ImageRoc, _curves.ImagePrecisionRecall, _curves.PixelRoc, _curves.PixelPrecisionRecall, _curves.RegionOverlap];
        Assert.All(all, curve => Assert.Empty(curve.X));
    }

    private EvaluationMetrics Compute(SyntheticMaps synthetic)
    {
        var (scores, labels, maps, masks) = synthetic.Make();
        return EvaluationMetrics.Compute(scores, labels, maps, masks, synthetic.Width, synthetic.Height, curves: _curves);
    }

    /// <summary>The area under straight lines from the origin through the points, up to a limit.</summary>
    private static double Area(Curve curve, double limit)
    {
        double area = 0, x = 0, y = 0;
        for (int i = 0; i < curve.X.Count && x < limit; i++)
        {
            double end = Math.Min(curve.X[i], limit);
            double height = curve.X[i] > x ? y + ((curve.Y[i] - y) * (end - x) / (curve.X[i] - x)) : curve.Y[i];
            area += (end - x) * (y + height) / 2;
            (x, y) = (end, height);
        }

        return area;
    }

    private static double Steps(Curve curve)
    {
        double area = 0, x = 0;
        for (int i = 0; i < curve.X.Count; i++)
        {
            area += (curve.X[i] - x) * curve.Y[i];
            x = curve.X[i];
        }

        return area;
    }
}
