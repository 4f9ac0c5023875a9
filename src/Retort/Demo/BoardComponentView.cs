using System.Numerics;
using Retort.Corruption;

namespace Retort.Demo;

/// <summary>A component as it was placed: a little off, with a print and a shade of its own.</summary>
internal sealed class BoardComponentView
{
    private static readonly Vector3 Metal = new(0.66f, 0.67f, 0.68f);

    private readonly BoardComponent _component;
    private readonly Vector2 _middle;
    private readonly float _angle;
    private readonly float _shade;
    private readonly LatticeNoise _noise;

    public BoardComponentView(BoardComponent component, ref CounterRandom random)
    {
        _component = component;
        _middle = component.Middle + new Vector2((float)random.NextUniform(-0.5, 0.5), (float)random.NextUniform(-0.5, 0.5));
        _angle = (float)random.NextUniform(-0.025, 0.025);
        _shade = (float)random.NextUniform(0.92, 1.08);
        _noise = LatticeNoise.Draw(ref random);
    }

    /// <summary>How much of the light a component takes from a point of the board, 0 to 1.</summary>
    public float Shadow(Vector2 p)
    {
        if (_component.IsFar(p))
        {
            return 0;
        }

        Vector2 q = p - _middle + (0.6f * _component.Height * Drawing.ToLight);
        return 1 - Drawing.Step(-1, 0.4f * _component.Height, Body(Drawing.Turn(q, -_angle)));
    }

    /// <summary>Paints the component over what is under it.</summary>
    public Vector3 Paint(Vector2 p, Vector3 under)
    {
        if (_component.IsFar(p))
        {
            return under;
        }

        Vector2 q = Drawing.Turn(p - _middle, -_angle);
        under = _component.Kind == BoardComponentKind.Chip ? Pins(q, under) : under;
        float distance = Body(q);
        return distance > 1 ? under : Vector3.Lerp(under, _shade * Surface(q, distance), 1 - Drawing.Step(-0.5f, 0.5f, distance));
    }

    private float Body(Vector2 q) => _component.Kind == BoardComponentKind.Can
        ? q.Length() - _component.Half.X
        : Drawing.Box(q, _component.Kind == BoardComponentKind.Chip ? _component.Half - new Vector2(2, 0) : _component.Half, 1);

    private Vector3 Surface(Vector2 q, float distance) => _component.Kind switch
    {
        BoardComponentKind.Resistor => Block(q, distance, new Vector3(0.09f, 0.09f, 0.1f), printed: true),
        BoardComponentKind.Capacitor => Block(q, distance, new Vector3(0.55f, 0.42f, 0.28f), printed: false),
        BoardComponentKind.Chip => Chip(q, distance),
        _ => Can(q),
    };

    private Vector3 Block(Vector2 q, float distance, Vector3 colour, bool printed)
    {
        (float along, float across) = _component.IsUpright ? (q.Y, q.X) : (q.X, q.Y);
        float length = Math.Max(_component.Half.X, _component.Half.Y);
        float bright = 1 + Edge(q, distance, 0.35f);
        if (Math.Abs(along) > length - 3.5f)
        {
            return Metal * (bright * (0.95f + (0.3f * (_noise.Smooth(q.X * 0.5f, q.Y * 0.5f) - 0.5f))));
        }

        // Three figures, at this size hardly more than strokes.
        float stroke = Math.Abs(MathF.IEEERemainder(along + 1.6f, 3.2f)) - 0.8f;
        float ink = printed ? (1 - Drawing.Step(-0.3f, 0.5f, stroke)) * (1 - Drawing.Step(2.2f, 2.8f, Math.Abs(across))) : 0;
        return Vector3.Lerp(colour * bright, new Vector3(0.7f), 0.75f * ink);
    }

    private Vector3 Chip(Vector2 q, float distance)
    {
        float bright = 1 + Edge(q, distance, 0.9f) + (0.5f * (_noise.At((int)(q.X * 2), (int)(q.Y * 2)) - 0.5f));
        Vector3 colour = new Vector3(0.105f, 0.105f, 0.115f) * bright;
        float dot = Vector2.Distance(q, new Vector2(-21, -25)) - 3;
        colour *= 1 - (0.5f * (1 - Drawing.Step(-0.5f, 0.5f, dot)));

        // Two lines of print: letters as strokes of a fixed pattern.
        float letter = 1 - Drawing.Step(1.1f, 1.8f, Math.Abs(MathF.IEEERemainder(q.X, 4.4f)));
        float ink = letter * Math.Max(Line(-4, 17), Line(6, 12));
        return Vector3.Lerp(colour, new Vector3(0.5f, 0.5f, 0.48f), 0.7f * ink);

        float Line(float y, float half) => (1 - Drawing.Step(2.2f, 3, Math.Abs(q.Y - y))) * (1 - Drawing.Step(half - 0.5f, half + 0.5f, Math.Abs(q.X)));
    }

    private Vector3 Can(Vector2 q)
    {
        float r = q.Length() / _component.Half.X;
        float rim = Drawing.Step(0.8f, 0.9f, r);
        float facing = r > 0 ? Vector2.Dot(q / q.Length(), Drawing.ToLight) : 0;
        float bright = 0.92f + (0.3f * rim * facing) + (0.1f * (_noise.Smooth(q.X * 0.3f, q.Y * 2) - 0.5f));

        // The black segment marks the negative pole; the cross is scored so that the can may burst safely.
        float pole = Drawing.Step(8.5f, 9.5f, q.X) * (1 - rim);
        float score = Math.Min(Math.Abs(q.X + q.Y), Math.Abs(q.X - q.Y)) * 0.707f;
        bright *= 1 - (0.3f * (1 - Drawing.Step(0.4f, 1.1f, score)) * (1 - Drawing.Step(0.5f, 0.6f, r)));
        return Vector3.Lerp(Metal * bright, new Vector3(0.1f), 0.9f * pole);
    }

    private Vector3 Pins(Vector2 q, Vector3 under)
    {
        for (int pin = 0; pin < 2 * BoardLayout.PinsPerSide; pin++)
        {
            float distance = Drawing.Box(q + _component.Middle - BoardLayout.Pin(pin) + new Vector2(pin < BoardLayout.PinsPerSide ? -2 : 2, 0), new Vector2(6, 1.5f), 0.5f);
            if (distance < 1)
            {
                float bright = 0.85f + Edge(q, distance, 0.3f) + (0.25f * Drawing.Step(-6, 6, Math.Abs(q.X) - 36));
                under = Vector3.Lerp(under, Metal * bright, 1 - Drawing.Step(-0.5f, 0.5f, distance));
            }
        }

        return under;
    }

    /// <summary>An edge is bright on the side of the light and dark on the other.</summary>
    private float Edge(Vector2 q, float distance, float strength)
    {
        Vector2 place = q / _component.Half;
        Vector2 normal = Math.Abs(place.X) > Math.Abs(place.Y) ? new Vector2(Math.Sign(place.X), 0) : new Vector2(0, Math.Sign(place.Y));
        return strength * Vector2.Dot(normal, Drawing.ToLight) * (1 - Drawing.Step(0.5f, 2, -distance));
    }
}
