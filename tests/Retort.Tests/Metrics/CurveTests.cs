using Retort.Metrics;

namespace Retort.Tests.Metrics;

public sealed class CurveTests
{
    [Fact]
    public void Without_a_resolution_all_points_stay()
    {
        Curve curve = Draw(0, (0, 0), (0, 0), (0.001, 0.5), (1, 1));
        Assert.Equal([0, 0, 0.001, 1], curve.X);
        Assert.Equal([0, 0, 0.5, 1], curve.Y);
    }

    [Fact]
    public void Near_points_are_left_out_but_for_the_last_before_a_gap_and_the_last_of_all()
    {
        Curve curve = Draw(0.1, (0, 0), (0.01, 0), (0.02, 0), (0.02, 0.9), (0.03, 0.9), (0.5, 0.9), (0.51, 0.91), (0.52, 0.92));
        Assert.Equal([0, 0.02, 0.02, 0.03, 0.5, 0.52], curve.X);
        Assert.Equal([0, 0, 0.9, 0.9, 0.9, 0.92], curve.Y);
    }

    [Fact]
    public void A_million_points_become_few_and_none_lies_farther_from_them_than_the_resolution()
    {
        const double resolution = 1.0 / 512;
        (double X, double Y)[] points = [.. Enumerable.Range(0, 1_000_001).Select(i => (i / 1e6, Math.Pow(i / 1e6, 0.1)))];
        Curve curve = Draw(resolution, points);
        Assert.InRange(curve.X.Count, 100, 2048);
        Assert.Equal(points[^1], (curve.X[^1], curve.Y[^1]));
        int at = 0;
        foreach ((double x, double y) in points)
        {
            while (at + 1 < curve.X.Count && curve.X[at + 1] <= x)
            {
                at++;
            }

            Assert.InRange(Math.Max(x - curve.X[at], y - curve.Y[at]), 0, resolution);
        }
    }

    private static Curve Draw(double resolution, params (double X, double Y)[] points)
    {
        var curve = new Curve(resolution);
        foreach ((double x, double y) in points)
        {
            curve.Add(x, y);
        }

        curve.End();
        return curve;
    }
}
