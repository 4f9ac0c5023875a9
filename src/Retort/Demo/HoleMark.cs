using System.Numerics;
using Retort.Corruption;

namespace Retort.Demo;

/// <summary>A hole with frayed edges, dark inside.</summary>
internal sealed class HoleMark : DemoMark
{
    private readonly Vector2 _middle;
    private readonly float _radius;
    private readonly LatticeNoise _edge;

    /// <summary>A hole.</summary>
    /// <param name="middle">Its middle.</param>
    /// <param name="radius">Its mean radius in pixels.</param>
    /// <param name="random">Draws its edge.</param>
    public HoleMark(Vector2 middle, float radius, ref CounterRandom random)
        : base(middle - new Vector2(2.2f * radius), middle + new Vector2(2.2f * radius))
    {
        _middle = middle;
        _radius = radius;
        _edge = LatticeNoise.Draw(ref random);
    }

    /// <inheritdoc/>
    public override Vector3 Colour(float x, float y, IDemoScene under)
    {
        Vector2 p = new Vector2(x, y) - _middle;
        float angle = MathF.Atan2(p.Y, p.X);

        // Threads end at different lengths: a coarse outline, and a fine one that frays.
        var around = new Vector2(MathF.Cos(angle), MathF.Sin(angle));
        float coarse = _edge.Smooth((1.5f * around.X) + 9, (1.5f * around.Y) + 9) - 0.5f;
        float fine = _edge.Smooth((7 * around.X) + 40, (7 * around.Y) + 40) - 0.5f;
        float outline = _radius * (1 + (0.5f * coarse) + (0.25f * fine));
        float inside = 1 - Drawing.Step(-1, 1, p.Length() - outline);
        float fray = 1 - Drawing.Step(0, 5, MathF.Abs(p.Length() - outline));
        Vector3 colour = under.At(x, y);
        return Vector3.Lerp(colour * (1 + (0.25f * fray)), new Vector3(0.07f, 0.06f, 0.06f), inside);
    }
}
