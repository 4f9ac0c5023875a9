using System.Numerics;
using Retort.Corruption;

namespace Retort.Demo;

/// <summary>A turned gear wheel with a bore and six holes, on a dark ground: brushed metal that shines in two wedges.</summary>
internal sealed record GearScene : IDemoScene
{
    public const int Teeth = 20;

    private const float Tip = 105;
    private const float Root = 93;
    private const float Bore = 32;
    private const float Chamfer = 2.6f;

    private readonly Vector2 _middle;
    private readonly float _angle;
    private readonly float _size;
    private readonly Vector3 _metal;
    private readonly Vector3 _ground;
    private readonly LatticeNoise _grain;

    public GearScene(ref CounterRandom random)
    {
        _middle = new Vector2((float)random.NextUniform(124, 132), (float)random.NextUniform(124, 132));
        _angle = (float)random.NextUniform(0, 2 * Math.PI);
        _size = (float)random.NextUniform(0.985, 1.015);
        float grey = (float)random.NextUniform(0.53, 0.58);
        _metal = new Vector3(grey, grey * 1.01f, grey * (float)random.NextUniform(1.01, 1.05));
        _ground = (float)random.NextUniform(0.9, 1.1) * new Vector3(0.13f, 0.15f, 0.19f);
        _grain = LatticeNoise.Draw(ref random);
    }

    /// <summary>The tooth that is broken off; negative for none.</summary>
    public int BrokenTooth { get; init; } = -1;

    /// <summary>How much of the broken tooth is left, 0 to 1.</summary>
    public float Stump { get; init; }

    /// <inheritdoc/>
    public bool IsPart(float x, float y) => Depth(Local(x, y)) > 0;

    /// <inheritdoc/>
    public Vector3 At(float x, float y)
    {
        Vector2 p = Local(x, y);
        float depth = Depth(p);
        return Vector3.Lerp(Ground(x, y), depth > -1 ? Metal(p, depth) : _metal, Drawing.Step(-0.5f, 0.5f, depth));
    }

    private Vector2 Local(float x, float y) => Drawing.Turn(new Vector2(x, y) - _middle, -_angle) / _size;

    private Vector3 Ground(float x, float y)
    {
        // The wheel is as thick as its shadow is long.
        Vector2 shadow = Local(x + (7 * Drawing.ToLight.X), y + (7 * Drawing.ToLight.Y));
        float dark = Drawing.Step(-5, 3, Depth(shadow));
        float texture = 0.85f + (0.35f * _grain.Fractal(x * 0.35f, y * 0.35f, 2));
        return _ground * texture * (1 - (0.6f * dark));
    }

    private Vector3 Metal(Vector2 p, float depth)
    {
        float r = p.Length();
        float turned = MathF.Atan2(p.Y, p.X);
        float seen = turned + _angle;

        // Marks of the lathe run around the middle: along them the noise is drawn out. Two wedges of them face the light.
        float lathe = _grain.Smooth(r * 1.3f, 3 + (2.5f * MathF.Cos(turned))) + (0.6f * _grain.Smooth(r * 0.35f, 40)) - 0.8f;
        float across = MathF.Abs((MathF.Cos(seen) * Drawing.ToLight.X) + (MathF.Sin(seen) * Drawing.ToLight.Y));
        float shine = MathF.Pow(across, 7);
        float bright = 0.88f + (0.34f * shine) + (lathe * (0.1f + (0.12f * shine)));

        // A groove: its inner wall faces away from the middle, its outer one towards it.
        float facing = Vector2.Dot(Drawing.Turn(r > 0 ? p / r : Vector2.Zero, _angle), Drawing.ToLight);
        float wall = Drawing.Step(44, 45.5f, r) * (1 - Drawing.Step(45.5f, 47, r)) - (Drawing.Step(48, 49.5f, r) * (1 - Drawing.Step(49.5f, 51, r)));
        bright += 0.3f * wall * facing;
        bright *= 1 - (0.22f * Drawing.Step(45, 46, r) * (1 - Drawing.Step(49, 50, r)));
        if (depth < Chamfer)
        {
            const float near = 0.4f;
            var slope = new Vector2(Depth(p + new Vector2(near, 0)) - depth, Depth(p + new Vector2(0, near)) - depth) / near;
            bright += 0.42f * Vector2.Dot(Drawing.Turn(-slope, _angle), Drawing.ToLight) * Drawing.Step(0, 0.8f, Chamfer - depth);
        }

        return _metal * Math.Max(bright, 0.1f);
    }

    /// <summary>How far a point lies inside the metal, about in pixels.</summary>
    private float Depth(Vector2 p)
    {
        float r = p.Length();
        if (r > Tip + 14)
        {
            return Tip - r;
        }

        float turns = MathF.Atan2(p.Y, p.X) / (2 * MathF.PI);
        float tooth = (turns - MathF.Floor(turns)) * Teeth;
        float within = MathF.Abs(tooth - MathF.Floor(tooth) - 0.5f);
        float height = Drawing.Step(0.34f, 0.17f, within);
        if ((int)tooth == BrokenTooth)
        {
            // The break is rough.
            height *= Math.Clamp(Stump + (0.5f * (_grain.Smooth(9 * tooth, 7) - 0.5f)), 0, 1);
        }

        float depth = Math.Min(Root + ((Tip - Root) * height) - r, r - Bore);
        float sixth = MathF.Round(turns * 6) / 6 * 2 * MathF.PI;
        (float sine, float cosine) = MathF.SinCos(sixth);
        return Math.Min(depth, Vector2.Distance(p, 69 * new Vector2(cosine, sine)) - 9);
    }
}
