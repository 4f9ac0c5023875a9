using System.Numerics;

namespace Retort.Demo;

/// <summary>Geometry of the plane: signed distances in pixels, negative inside, and soft edges.</summary>
internal static class Drawing
{
    /// <summary>Where light comes from, as seen in the picture: above, from the left.</summary>
    public static Vector2 ToLight { get; } = Vector2.Normalize(new Vector2(-0.6f, -0.8f));

    /// <summary>Distance from a box around the origin with rounded corners.</summary>
    public static float Box(Vector2 p, Vector2 half, float corner)
    {
        Vector2 q = Vector2.Abs(p) - half + new Vector2(corner);
        return Vector2.Max(q, Vector2.Zero).Length() + Math.Min(Math.Max(q.X, q.Y), 0) - corner;
    }

    /// <summary>Distance from a point to a line between two points.</summary>
    public static float Segment(Vector2 p, Vector2 a, Vector2 b)
    {
        Vector2 along = b - a;
        float t = Math.Clamp(Vector2.Dot(p - a, along) / Math.Max(along.LengthSquared(), 1e-6f), 0, 1);
        return Vector2.Distance(p, a + (t * along));
    }

    /// <summary>0 below the low value, 1 above the high one, smooth between them.</summary>
    public static float Step(float low, float high, float value)
    {
        float t = Math.Clamp((value - low) / (high - low), 0, 1);
        return t * t * (3 - (2 * t));
    }

    /// <summary>Turns a vector by an angle in radians.</summary>
    public static Vector2 Turn(Vector2 p, float angle)
    {
        (float sine, float cosine) = MathF.SinCos(angle);
        return new Vector2((cosine * p.X) - (sine * p.Y), (sine * p.X) + (cosine * p.Y));
    }
}
