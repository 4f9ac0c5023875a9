using System.Numerics;
using Retort.Corruption;

namespace Retort.Demo;

/// <summary>A gear wheel, lying any way round.</summary>
internal sealed class GearPart : DemoPart
{
    private const string BrokenTooth = "broken_tooth";
    private const string Dent = "dent";
    private const string Rust = "rust";
    private const string Scratch = "scratch";
    private const string Swarf = "swarf";

    private static readonly Vector3 Brown = new(0.47f, 0.27f, 0.14f);
    private static readonly Vector3 Bare = new(0.93f, 0.94f, 0.96f);
    private static readonly Vector3 Tarnished = new(0.62f, 0.55f, 0.42f);

    /// <inheritdoc/>
    public override string Name => "gear";

    /// <inheritdoc/>
    public override string Title => "a turned gear wheel";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Defects { get; } = [BrokenTooth, Dent, Rust, Scratch, Swarf];

    /// <inheritdoc/>
    public override Rotation Rotation => Rotation.Full;

    /// <inheritdoc/>
    internal override int Stream => 0x67656172;

    /// <inheritdoc/>
    internal override IDemoScene Draw(ref CounterRandom random) => new GearScene(ref random);

    /// <inheritdoc/>
    internal override IDemoScene Damage(IDemoScene good, string defect, ref CounterRandom random)
    {
        if (defect == BrokenTooth)
        {
            return (GearScene)good with { BrokenTooth = random.NextInt(GearScene.Teeth), Stump = (float)random.NextUniform(0, 0.35) };
        }

        DemoMark mark = defect switch
        {
            Dent => new DentMark(DemoMark.Place(good, 5, ref random), (float)random.NextUniform(8, 13), (float)random.NextUniform(0.8, 1.2)),
            Rust => new StainMark(DemoMark.Place(good, 6, ref random), (float)random.NextUniform(7, 15), Brown, (float)random.NextUniform(0.7, 1), ref random),
            Scratch => LineMark.Scratch(DemoMark.Place(good, 6, ref random), 30, 75, Bare, ref random),
            Swarf => LineMark.Fibre(DemoMark.Place(good, 4, ref random), 22, 48, (float)random.NextUniform(1.4, 2.2), Tarnished, ref random),
            _ => throw new ArgumentOutOfRangeException(nameof(defect)),
        };
        return new MarkedScene(good, mark);
    }
}
