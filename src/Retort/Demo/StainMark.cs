using System.Numerics;
using Retort.Corruption;

namespace Retort.Demo;

/// <summary>A blot with a ragged edge that tints what is under it: rust, oil, flux, dye.</summary>
internal sealed class StainMark : DemoMark
{
    private readonly Vector2 _middle;
    private readonly float _radius;
    private readonly float _stretch;
    private readonly float _angle;
    private readonly float _strength;
    private readonly Vector3 _colour;
    private readonly LatticeNoise _edge;

    /// <summary>A stain.</summary>
    /// <param name="middle">Its middle.</param>
    /// <param name="radius">Its mean radius in pixels.</param>
    /// <param name="colour">Its colour.</param>
    /// <param name="strength">How much of what is under it is covered, 0 to 1.</param>
    /// <param name="random">Draws its shape.</param>
    public StainMark(Vector2 middle, float radius, Vector3 colour, float strength, ref CounterRandom random)
        : base(middle - new Vector2(2 * radius), middle + new Vector2(2 * radius))
    {
        _middle = middle;
        _radius = radius;
        _colour = colour;
        _strength = strength;
        _stretch = (float)random.NextUniform(1, 1.5);
        _angle = (float)random.NextUniform(0, Math.PI);
        _edge = LatticeNoise.Draw(ref random);
    }

    /// <inheritdoc/>
    public override Vector3 Colour(float x, float y, IDemoScene under)
    {
        Vector3 colour = under.At(x, y);
        if (!under.IsPart(x, y))
        {
            return colour;
        }

        Vector2 p = Drawing.Turn(new Vector2(x, y) - _middle, -_angle);
        p.Y *= _stretch;
        float rag = _radius * 0.8f * (_edge.Fractal((x + y) / _radius * 1.5f, (x - y) / _radius * 1.5f, 4) - 0.5f);
        float inside = 1 - Drawing.Step(-2.5f, 2.5f, p.Length() - _radius - rag);
        float mottle = 0.75f + (0.5f * (_edge.Fractal(x * 0.15f, y * 0.15f, 3) - 0.5f));

        // A tint keeps the pattern under it, as a liquid does.
        Vector3 tint = Vector3.Lerp(colour * _colour * 1.6f, _colour * (0.4f + (0.6f * colour.Length())), 0.5f);
        return Vector3.Lerp(colour, tint, inside * Math.Clamp(_strength * mottle * 1.2f, 0, 1));
    }
}
