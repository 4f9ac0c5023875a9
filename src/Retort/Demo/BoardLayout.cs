using System.Numerics;

namespace Retort.Demo;

/// <summary>What kind of component.</summary>
internal enum BoardComponentKind
{
    /// <summary>A black block with a printed number between two tinned ends.</summary>
    Resistor,

    /// <summary>A sand-coloured block between two tinned ends.</summary>
    Capacitor,

    /// <summary>A black square with pins on two sides.</summary>
    Chip,

    /// <summary>A can of aluminium on a black foot.</summary>
    Can,
}

/// <summary>A component of the board.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Middle">Its middle, in pixels of the layout.</param>
/// <param name="Half">Half its sides.</param>
internal sealed record BoardComponent(BoardComponentKind Kind, Vector2 Middle, Vector2 Half)
{
    /// <summary>Whether its ends are above and below, not left and right.</summary>
    public bool IsUpright => Half.Y > Half.X;

    /// <summary>Half the sides of the line printed around it.</summary>
    public Vector2 Outline { get; } = Half + (Kind == BoardComponentKind.Chip ? new Vector2(14, 4) : new Vector2(4.5f));

    /// <summary>Whether a point is so far away that it shows nothing that belongs to the component, shadow and misplacement included.</summary>
    public bool IsFar(Vector2 p) => Math.Abs(p.X - Middle.X) > Outline.X + 10 || Math.Abs(p.Y - Middle.Y) > Outline.Y + 10;

    /// <summary>How high it stands, which its shadow shows.</summary>
    public float Height => Kind switch { BoardComponentKind.Can => 9, BoardComponentKind.Chip => 4, _ => 2.5f };
}

/// <summary>A stretch of copper between two points.</summary>
/// <param name="From">One end.</param>
/// <param name="To">The other.</param>
/// <param name="Width">Half its width in pixels.</param>
internal sealed record BoardTrace(Vector2 From, Vector2 To, float Width);

/// <summary>Where things are on the board, in pixels of a picture that shows it straight.</summary>
internal static class BoardLayout
{
    /// <summary>Pins on each side of the chip.</summary>
    public const int PinsPerSide = 8;

    /// <summary>From pin to pin.</summary>
    public const float PinPitch = 7.5f;

    /// <summary>The side of the squares by which copper is looked up, in pixels, and how many there are in a row.</summary>
    private const int Square = 16;
    private const int Squares = DemoCamera.Side / Square;

    private static readonly Vector2 ChipMiddle = new(118, 112);

    /// <summary>The components; the chip is the first.</summary>
    public static BoardComponent[] Components { get; } =
    [
        new(BoardComponentKind.Chip, ChipMiddle, new(31, 33)),
        new(BoardComponentKind.Resistor, new(196, 40), new(10, 5)),
        new(BoardComponentKind.Resistor, new(196, 62), new(10, 5)),
        new(BoardComponentKind.Resistor, new(196, 84), new(10, 5)),
        new(BoardComponentKind.Resistor, new(40, 196), new(5, 10)),
        new(BoardComponentKind.Resistor, new(62, 196), new(5, 10)),
        new(BoardComponentKind.Resistor, new(150, 190), new(10, 5)),
        new(BoardComponentKind.Capacitor, new(44, 44), new(5, 9)),
        new(BoardComponentKind.Capacitor, new(72, 40), new(9, 5)),
        new(BoardComponentKind.Capacitor, new(196, 150), new(9, 5)),
        new(BoardComponentKind.Capacitor, new(196, 172), new(9, 5)),
        new(BoardComponentKind.Capacitor, new(98, 198), new(5, 9)),
        new(BoardComponentKind.Can, new(212, 216), new(19, 19)),
    ];

    /// <summary>The copper.</summary>
    public static BoardTrace[] Traces { get; } =
    [
        .. Path(1.5f, 80, 85.75f, 62, 85.75f, 50, 73.75f, 50, 58, 44, 52),
        .. Path(1.5f, 80, 93.25f, 54, 93.25f, 26, 65, 26, -9),
        .. Path(1.5f, 80, 100.75f, 50, 100.75f, 14, 65, 14, -9),
        .. Path(1.5f, 80, 108.25f, -9, 108.25f),
        .. Path(1.5f, 80, 115.75f, -9, 115.75f),
        .. Path(1.5f, 80, 123.25f, 52, 123.25f, 24, 151, 24, 265),
        .. Path(1.5f, 80, 130.75f, 56, 130.75f, 40, 147, 40, 188),
        .. Path(1.5f, 80, 138.25f, 66, 138.25f, 62, 142, 62, 188),
        .. Path(1.5f, 156, 85.75f, 164, 85.75f, 187.75f, 62),
        .. Path(1.5f, 156, 93.25f, 178, 93.25f, 187, 84),
        .. Path(1.5f, 156, 100.75f, 265, 100.75f),
        .. Path(1.5f, 156, 108.25f, 265, 108.25f),
        .. Path(1.5f, 156, 115.75f, 176, 115.75f, 188, 127.75f, 188, 150),
        .. Path(1.5f, 156, 123.25f, 170, 123.25f, 178, 131, 178, 162, 188, 172),
        .. Path(1.5f, 156, 130.75f, 164, 130.75f, 168, 135, 168, 180, 158, 190),
        .. Path(1.5f, 156, 138.25f, 158, 140, 158, 152, 134, 176, 118, 176, 98, 190),
        .. Path(1.5f, 40, 204, 40, 226, 56, 242, 56, 265),
        .. Path(1.5f, 62, 204, 62, 226, 72, 236, 72, 265),
        .. Path(1.5f, 98, 206, 98, 230, 88, 240, 88, 265),
        .. Path(1.5f, 142, 190, 124, 208, 124, 240),
        .. Path(3, 204, 40, 265, 40),
        .. Path(1.5f, 204, 62, 232, 62),
        .. Path(1.5f, 204, 84, 232, 84),
        .. Path(1.5f, 188, 40, 150, 40, 140, 30, 140, -9),
        .. Path(1.5f, 80, 40, 108, 40, 118, 30, 118, -9),
        .. Path(3, 64, 40, 56, 40, 44, 36),
        .. Path(1.5f, 204, 150, 232, 150, 265, 183),
        .. Path(3, 204, 172, 212, 180, 212, 206),
        .. Path(3, 44, 36, 44, -9),
    ];

    /// <summary>Holes through the board with a ring of gold.</summary>
    public static Vector2[] Vias { get; } = [new(232, 62), new(232, 84), new(124, 240), new(10, 180), new(10, 200), new(140, 226), new(160, 226), new(96, 20)];

    /// <summary>The copper in the square of a point, or near that: all that a point of it may be on the edge of.</summary>
    public static BoardTrace[] TracesNear(Vector2 p)
    {
        int column = Math.Clamp((int)(p.X / Square), 0, Squares - 1), row = Math.Clamp((int)(p.Y / Square), 0, Squares - 1);
        return Nearby[(row * Squares) + column];
    }

    /// <summary>The middle of a pin's pad.</summary>
    /// <param name="pin">Counted from 0 down the left side, then down the right.</param>
    public static Vector2 Pin(int pin) => new(
        ChipMiddle.X + (pin < PinsPerSide ? -38 : 38),
        ChipMiddle.Y + (((pin % PinsPerSide) - ((PinsPerSide - 1) / 2f)) * PinPitch));

    private static BoardTrace[][] Nearby { get; } = [.. Enumerable.Range(0, Squares * Squares).Select(i =>
    {
        // Half the diagonal of a square, what the board may be shifted beyond the outer ones, and the copper's own width.
        const float reach = (0.71f * Square) + 10;
        Vector2 middle = Square * new Vector2((i % Squares) + 0.5f, (i / Squares) + 0.5f);
        return Traces.Where(t => Drawing.Segment(middle, t.From, t.To) < reach + t.Width).ToArray();
    })];

    private static IEnumerable<BoardTrace> Path(float width, params float[] coordinates)
    {
        for (int i = 2; i < coordinates.Length; i += 2)
        {
            yield return new BoardTrace(new Vector2(coordinates[i - 2], coordinates[i - 1]), new Vector2(coordinates[i], coordinates[i + 1]), width);
        }
    }
}
