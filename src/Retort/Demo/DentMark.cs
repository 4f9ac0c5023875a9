using System.Numerics;

namespace Retort.Demo;

/// <summary>A round dent or bump: the surface is as it is, but turned towards the light on one side and away from it on the other.</summary>
/// <param name="middle">Its middle.</param>
/// <param name="radius">Its radius in pixels.</param>
/// <param name="depth">How much it brightens and darkens; positive for a dent, negative for a bump.</param>
internal sealed class DentMark(Vector2 middle, float radius, float depth) : DemoMark(middle - new Vector2(radius), middle + new Vector2(radius))
{
    /// <inheritdoc/>
    public override Vector3 Colour(float x, float y, IDemoScene under)
    {
        Vector3 colour = under.At(x, y);
        Vector2 p = new Vector2(x, y) - middle;
        float r = p.Length() / radius;
        if (r >= 1 || !under.IsPart(x, y))
        {
            return colour;
        }

        // The slope of a bowl with a soft rim: none in the middle, steepest half way out.
        float slope = 2.6f * r * (1 - r) * (1 + r);
        float towards = p.LengthSquared() > 0 ? -Vector2.Dot(Vector2.Normalize(p), Drawing.ToLight) : 0;
        return colour * (1 + (depth * slope * towards) - (0.25f * Math.Abs(depth) * (1 - r)));
    }
}
