using System.Numerics;

namespace Retort.Demo;

/// <summary>A bent line: a scratch in the surface, or a fibre, a thread or a curl of swarf upon it.</summary>
internal sealed class LineMark : DemoMark
{
    private readonly Vector2[] _points;
    private readonly float _width;
    private readonly Vector3 _colour;
    private readonly bool _raised;

    private LineMark(Vector2[] points, float width, Vector3 colour, bool raised)
        : base(points.Aggregate(Vector2.Min) - new Vector2(width + 6), points.Aggregate(Vector2.Max) + new Vector2(width + 6))
    {
        _points = points;
        _width = width;
        _colour = colour;
        _raised = raised;
    }

    /// <summary>A scratch: nearly straight, bright where the surface is torn open, dark beside it.</summary>
    public static LineMark Scratch(Vector2 middle, float least, float most, Vector3 colour, ref CounterRandom random) =>
        new(Curve(middle, (float)random.NextUniform(least, most), 0.25f, ref random), (float)random.NextUniform(0.6, 1.2), colour, raised: false);

    /// <summary>Something thin and bent that lies on the part and throws a shadow.</summary>
    public static LineMark Fibre(Vector2 middle, float least, float most, float width, Vector3 colour, ref CounterRandom random) =>
        new(Curve(middle, (float)random.NextUniform(least, most), 2.2f, ref random), width, colour, raised: true);

    /// <inheritdoc/>
    public override Vector3 Colour(float x, float y, IDemoScene under)
    {
        Vector3 colour = under.At(x, y);
        if (!_raised && !under.IsPart(x, y))
        {
            return colour;
        }

        var p = new Vector2(x, y);
        float distance = Distance(p);
        if (_raised)
        {
            float shadow = 1 - Drawing.Step(_width, _width + 3, Distance(p + (2.5f * Drawing.ToLight)));
            float roundness = 1 - (0.5f * Math.Min(distance / _width, 1));
            return Vector3.Lerp(colour * (1 - (0.55f * shadow)), _colour * roundness, 1 - Drawing.Step(_width - 0.5f, _width + 0.5f, distance));
        }

        float rim = 1 - Drawing.Step(_width, _width + 2, distance);
        return Vector3.Lerp(colour * (1 - (0.4f * rim)), _colour, 1 - Drawing.Step(_width - 0.6f, _width + 0.4f, distance));
    }

    private float Distance(Vector2 p)
    {
        float best = float.MaxValue;
        for (int i = 1; i < _points.Length; i++)
        {
            best = Math.Min(best, Drawing.Segment(p, _points[i - 1], _points[i]));
        }

        return best;
    }

    /// <summary>A line of a length through a point whose direction drifts by up to a bend, in radians, on each half.</summary>
    private static Vector2[] Curve(Vector2 middle, float length, float bend, ref CounterRandom random)
    {
        const int steps = 12;
        float direction = (float)random.NextUniform(0, 2 * Math.PI);
        float first = (float)random.NextUniform(-bend, bend), second = (float)random.NextUniform(-bend, bend);
        var points = new Vector2[(2 * steps) + 1];
        points[steps] = middle;
        for (int i = 1; i <= steps; i++)
        {
            float share = (float)i / steps;
            points[steps + i] = points[steps + i - 1] + Drawing.Turn(new Vector2(length / (2 * steps), 0), direction + (first * share));
            points[steps - i] = points[steps - i + 1] - Drawing.Turn(new Vector2(length / (2 * steps), 0), direction + (second * share));
        }

        return points;
    }
}
