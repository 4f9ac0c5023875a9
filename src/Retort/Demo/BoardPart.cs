using System.Numerics;
using Retort.Corruption;

namespace Retort.Demo;

/// <summary>A populated circuit board.</summary>
internal sealed class BoardPart : DemoPart
{
    private const string BrokenTrace = "broken_trace";
    private const string MissingComponent = "missing_component";
    private const string Residue = "residue";
    private const string Scratch = "scratch";
    private const string SolderBridge = "solder_bridge";

    /// <inheritdoc/>
    public override string Name => "board";

    /// <inheritdoc/>
    public override string Title => "a printed circuit board";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Defects { get; } = [BrokenTrace, MissingComponent, Residue, Scratch, SolderBridge];

    /// <inheritdoc/>
    public override Rotation Rotation => Rotation.None;

    /// <inheritdoc/>
    internal override int Stream => 0x626F6172;

    /// <inheritdoc/>
    internal override IDemoScene Draw(ref CounterRandom random) => new BoardScene(ref random);

    /// <inheritdoc/>
    internal override IDemoScene Damage(IDemoScene good, string defect, ref CounterRandom random)
    {
        var board = (BoardScene)good;
        switch (defect)
        {
            case BrokenTrace:
                return board with { Break = (OnTrace(ref random), (float)random.NextUniform(4, 7)) };
            case MissingComponent:
                // All but the chip, which is the first.
                return board with { Missing = 1 + random.NextInt(BoardLayout.Components.Length - 1) };
            case SolderBridge:
                int pin = random.NextInt(2 * (BoardLayout.PinsPerSide - 1));
                return board with { Bridge = pin < BoardLayout.PinsPerSide - 1 ? pin : pin + 1 };
            case Residue:
                var brown = new Vector3(0.5f, 0.4f, 0.16f);
                float strength = (float)random.NextUniform(0.45, 0.75);
                return new MarkedScene(good, new StainMark(DemoMark.Place(good, 24, ref random), (float)random.NextUniform(9, 17), brown, strength, ref random));
            case Scratch:
                return new MarkedScene(good, LineMark.Scratch(DemoMark.Place(good, 24, ref random), 30, 75, new Vector3(0.62f, 0.6f, 0.42f), ref random));
            default:
                throw new ArgumentOutOfRangeException(nameof(defect));
        }
    }

    /// <summary>A point of a trace that is well inside the picture and under no component.</summary>
    private static Vector2 OnTrace(ref CounterRandom random)
    {
        while (true)
        {
            BoardTrace trace = BoardLayout.Traces[random.NextInt(BoardLayout.Traces.Length)];
            Vector2 p = Vector2.Lerp(trace.From, trace.To, (float)random.NextDouble());
            bool inside = Drawing.Box(p - new Vector2(DemoCamera.Side / 2), new Vector2(DemoCamera.Side / 2), 0) < -14;
            if (inside && BoardLayout.Components.All(c => Drawing.Box(p - c.Middle, c.Half + new Vector2(c.Kind == BoardComponentKind.Chip ? 16 : 6, 6), 0) > 5))
            {
                return p;
            }
        }
    }
}
