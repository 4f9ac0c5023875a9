using System.Numerics;
using Retort.Corruption;

namespace Retort.Demo;

/// <summary>A plain weave close by: light weft over dark warp and under it in turn.</summary>
internal sealed record FabricScene : IDemoScene
{
    private readonly Vector2 _shift;
    private readonly float _angle;
    private readonly float _pitch;
    private readonly Vector3 _warp;
    private readonly Vector3 _weft;
    private readonly LatticeNoise _sway;
    private readonly LatticeNoise _threads;
    private readonly LatticeNoise _fibres;

    public FabricScene(ref CounterRandom random)
    {
        _shift = new Vector2((float)random.NextUniform(0, 100), (float)random.NextUniform(0, 100));
        _angle = (float)random.NextUniform(-0.05, 0.05);
        _pitch = (float)random.NextUniform(10.7, 11.3);
        _warp = (float)random.NextUniform(0.92, 1.08) * new Vector3(0.25f, 0.33f, 0.5f);
        _weft = (float)random.NextUniform(0.95, 1.05) * new Vector3(0.74f, 0.72f, 0.66f);
        _sway = LatticeNoise.Draw(ref random);
        _threads = LatticeNoise.Draw(ref random);
        _fibres = LatticeNoise.Draw(ref random);
    }

    /// <summary>Where a thread of the warp lies on top though it should dive: its column, and the rows from and to.</summary>
    public (int Column, int From, int To) Float { get; init; } = (0, 1, 0);

    /// <summary>Where a thread of the weft is missing: its row, and the columns from and to.</summary>
    public (int Row, int From, int To) Gap { get; init; } = (0, 1, 0);

    /// <inheritdoc/>
    public bool IsPart(float x, float y) => true;

    /// <summary>The crossing at a point: column of the warp, row of the weft.</summary>
    public (int Column, int Row) Crossing(Vector2 point)
    {
        Vector2 p = Weave(point.X, point.Y);
        return ((int)MathF.Floor(p.X), (int)MathF.Floor(p.Y));
    }

    /// <inheritdoc/>
    public Vector3 At(float x, float y)
    {
        Vector2 p = Weave(x, y);
        int column = (int)MathF.Floor(p.X), row = (int)MathF.Floor(p.Y);
        float across = (2 * (p.X - column)) - 1, down = (2 * (p.Y - row)) - 1;
        bool floating = column == Float.Column && row >= Float.From && row <= Float.To;
        bool missing = row == Gap.Row && column >= Gap.From && column <= Gap.To;
        bool warpOnTop = ((column + row) & 1) == 0 || floating;

        // A floating thread does not bend down where it passes over its neighbours.
        float warpBend = floating ? 0.3f * down : down, weftBend = across;
        Vector3 ground = new(0.05f, 0.05f, 0.06f);
        Vector3 warp = Thread(_warp, column, 0, across, warpBend, p.Y, warpOnTop, ground);
        if (missing)
        {
            return Thread(_warp, column, 0, across, 0.8f * down, p.Y, onTop: false, ground * 0.6f);
        }

        return warpOnTop
            ? MathF.Abs(across) < Width(column, 0, p.Y) ? warp : Thread(_weft, row, 1, down, weftBend, p.X, onTop: false, ground)
            : MathF.Abs(down) < Width(row, 1, p.X) ? Thread(_weft, row, 1, down, weftBend, p.X, onTop: true, ground) : warp;
    }

    private Vector2 Weave(float x, float y)
    {
        Vector2 p = Drawing.Turn(new Vector2(x, y), _angle);
        var sway = new Vector2(_sway.Smooth(x * 0.021f, y * 0.021f), _sway.Smooth((x * 0.021f) + 50, y * 0.021f));
        return ((p + (5 * sway)) / _pitch) + _shift;
    }

    /// <summary>Half the width of a thread, of half the pitch.</summary>
    private float Width(int thread, int system, float along) =>
        0.84f + (0.1f * _threads.At(thread, system)) + (0.08f * (_threads.Smooth(along * 0.8f, (3 * thread) + (1000 * system)) - 0.5f));

    private Vector3 Thread(Vector3 colour, int thread, int system, float across, float bend, float along, bool onTop, Vector3 ground)
    {
        float a = across / Width(thread, system, along);
        if (MathF.Abs(a) >= 1)
        {
            return ground;
        }

        // Round across, arched along; twisted fibres run aslant.
        float round = MathF.Sqrt(1 - (a * a));
        float arch = onTop ? 1 - (0.34f * bend * bend) : 0.5f;
        float slope = onTop ? 0.1f * bend * (system == 0 ? -Drawing.ToLight.Y : -Drawing.ToLight.X) : 0;
        float side = 0.16f * a * (system == 0 ? Drawing.ToLight.X : Drawing.ToLight.Y);
        float twist = _fibres.Smooth((a * 2.2f) + (along * 3.2f) + (17 * thread), (along * 0.7f) + (300 * system)) - 0.5f;
        float dye = 0.93f + (0.14f * _threads.At(thread, 5 + system));
        return colour * (dye * (arch + slope + side) * (0.5f + (0.5f * round)) * (1 + (0.3f * twist)));
    }
}
