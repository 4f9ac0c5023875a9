using System.Numerics;
using Retort.Corruption;

namespace Retort.Demo;

/// <summary>A populated circuit board: traces under green lacquer, tinned pads, components with their shadows.</summary>
internal sealed record BoardScene : IDemoScene
{
    private static readonly Vector3 Tin = new(0.7f, 0.71f, 0.72f);
    private static readonly Vector3 Gold = new(0.76f, 0.62f, 0.3f);
    private static readonly Vector3 Silk = new(0.82f, 0.84f, 0.8f);

    private readonly Vector2 _shift;
    private readonly float _angle;
    private readonly Vector3 _lacquer;
    private readonly LatticeNoise _noise;
    private readonly BoardComponentView[] _components;

    public BoardScene(ref CounterRandom random)
    {
        _shift = new Vector2((float)random.NextUniform(-3.5, 3.5), (float)random.NextUniform(-3.5, 3.5));
        _angle = (float)random.NextUniform(-0.022, 0.022);
        _lacquer = (float)random.NextUniform(0.9, 1.1) * new Vector3(0.07f, (float)random.NextUniform(0.28, 0.32), 0.16f);
        _noise = LatticeNoise.Draw(ref random);
        _components = new BoardComponentView[BoardLayout.Components.Length];
        for (int i = 0; i < _components.Length; i++)
        {
            _components[i] = new BoardComponentView(BoardLayout.Components[i], ref random);
        }
    }

    /// <summary>The component that is not there; negative for none.</summary>
    public int Missing { get; init; } = -1;

    /// <summary>Where a trace is broken, in pixels of the layout, and half the width of the break; none where that is 0.</summary>
    public (Vector2 At, float Half) Break { get; init; }

    /// <summary>The pin that solder joins with the next; negative for none.</summary>
    public int Bridge { get; init; } = -1;

    /// <inheritdoc/>
    public bool IsPart(float x, float y) => true;

    /// <inheritdoc/>
    public Vector3 At(float x, float y)
    {
        Vector2 p = Drawing.Turn(new Vector2(x, y) - new Vector2(DemoCamera.Side / 2) - _shift, _angle) + new Vector2(DemoCamera.Side / 2);
        Vector3 colour = Pads(p, Print(p, Vias(p, Board(p))));
        float shadow = 0;
        for (int i = 0; i < _components.Length; i++)
        {
            shadow = i == Missing ? shadow : Math.Max(shadow, _components[i].Shadow(p));
        }

        colour *= 1 - (0.6f * shadow);
        for (int i = 0; i < _components.Length; i++)
        {
            if (i != Missing)
            {
                colour = _components[i].Paint(p, colour);
            }
        }

        return colour;
    }

    private Vector3 Board(Vector2 p)
    {
        // The glass fibre under the lacquer shows a little.
        float weave = 0.05f * (MathF.Sin(p.X * 2.1f) + MathF.Sin(p.Y * 2.1f));
        Vector3 colour = _lacquer * (0.92f + weave + (0.22f * _noise.Fractal(p.X * 0.11f, p.Y * 0.11f, 3)));
        float depth = -99;
        foreach (BoardTrace trace in BoardLayout.TracesNear(p))
        {
            depth = Math.Max(depth, trace.Width - Drawing.Segment(p, trace.From, trace.To));
        }

        float copper = Drawing.Step(-0.6f, 0.6f, depth);
        if (Break.Half > 0)
        {
            // The ends are not cut but etched away: they are round and ragged, and between them the lacquer is thin.
            float rag = 1.5f * (_noise.Smooth(p.X * 0.8f, p.Y * 0.8f) - 0.5f);
            float gone = 1 - Drawing.Step(-0.7f, 0.7f, Vector2.Distance(p, Break.At) - Break.Half - rag);
            colour *= 1 - (0.25f * gone * copper);
            copper *= 1 - gone;
        }

        return Vector3.Lerp(colour, (colour * 1.55f) + new Vector3(0.07f, 0.09f, 0.02f), copper);
    }

    private static Vector3 Vias(Vector2 p, Vector3 colour)
    {
        foreach (Vector2 via in BoardLayout.Vias)
        {
            float r = Vector2.DistanceSquared(p, via);
            if (r < 36)
            {
                r = MathF.Sqrt(r);
                colour = Vector3.Lerp(colour, Gold, 1 - Drawing.Step(4, 5, r));
                colour = Vector3.Lerp(colour, new Vector3(0.04f), 1 - Drawing.Step(1.6f, 2.4f, r));
            }
        }

        return colour;
    }

    private static Vector3 Print(Vector2 p, Vector3 colour)
    {
        foreach (BoardComponent component in BoardLayout.Components)
        {
            float edge = component.IsFar(p) ? 2 : MathF.Abs(Drawing.Box(p - component.Middle, component.Outline, 1));
            if (edge < 2)
            {
                colour = Vector3.Lerp(colour, Silk, 0.85f * (1 - Drawing.Step(0.3f, 1.1f, edge)));
            }
        }

        return colour;
    }

    private Vector3 Pads(Vector2 p, Vector3 colour)
    {
        foreach (BoardComponent component in BoardLayout.Components)
        {
            if (component.Kind is BoardComponentKind.Resistor or BoardComponentKind.Capacitor && !component.IsFar(p))
            {
                Vector2 end = component.IsUpright ? new Vector2(0, component.Half.Y - 1.5f) : new Vector2(component.Half.X - 1.5f, 0);
                colour = Solder(Drawing.Box(p - component.Middle - end, new Vector2(4.5f), 1.5f), p, colour);
                colour = Solder(Drawing.Box(p - component.Middle + end, new Vector2(4.5f), 1.5f), p, colour);
            }
        }

        for (int pin = 0; pin < 2 * BoardLayout.PinsPerSide && !BoardLayout.Components[0].IsFar(p); pin++)
        {
            Vector2 middle = BoardLayout.Pin(pin);
            colour = Solder(Drawing.Box(p - middle, new Vector2(6.5f, 2.3f), 1), p, colour);
            if (pin == Bridge)
            {
                Vector2 between = middle + new Vector2(0, BoardLayout.PinPitch / 2);
                float rag = 1.2f * (_noise.Smooth(p.X * 0.5f, p.Y * 0.5f) - 0.5f);
                colour = Solder(Drawing.Box(p - between, new Vector2(5.5f, (BoardLayout.PinPitch / 2) + 1), 3) + rag, p, colour);
            }
        }

        return colour;
    }

    /// <summary>Tin is bright where it bulges towards the light.</summary>
    private Vector3 Solder(float distance, Vector2 p, Vector3 under)
    {
        if (distance > 1)
        {
            return under;
        }

        float bulge = 0.8f + (0.35f * Drawing.Step(0, 3, -distance)) + (0.3f * (_noise.Smooth(p.X * 0.45f, p.Y * 0.45f) - 0.5f));
        return Vector3.Lerp(under, Tin * bulge, 1 - Drawing.Step(-0.5f, 0.5f, distance));
    }
}
