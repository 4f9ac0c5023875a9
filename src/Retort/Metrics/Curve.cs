namespace Retort.Metrics;

/// <summary>A curve as points joined in their order, thinned while it is drawn: of millions of thresholds a few hundred points remain.</summary>
/// <param name="resolution">
/// Points nearer than this to the last one that was kept, in both directions, are left out, except the last one before a gap: corners stay. 0 keeps all.
/// </param>
public sealed class Curve(double resolution = 0)
{
    private readonly List<double> _x = [];
    private readonly List<double> _y = [];
    private (double X, double Y)? _skipped;

    /// <summary>Where the points are to the right.</summary>
    public IReadOnlyList<double> X => _x;

    /// <summary>And upwards; as many.</summary>
    public IReadOnlyList<double> Y => _y;

    /// <summary>Adds a point. <see cref="End"/> must follow the last one.</summary>
    internal void Add(double x, double y)
    {
        if (_x.Count > 0 && Math.Max(Math.Abs(x - _x[^1]), Math.Abs(y - _y[^1])) < resolution)
        {
            _skipped = (x, y);
            return;
        }

        End();
        _x.Add(x);
        _y.Add(y);
    }

    /// <summary>Keeps the last point, whatever its distance.</summary>
    internal void End()
    {
        if (_skipped is { } point)
        {
            _x.Add(point.X);
            _y.Add(point.Y);
            _skipped = null;
        }
    }
}
