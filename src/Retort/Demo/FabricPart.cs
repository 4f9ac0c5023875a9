using System.Numerics;
using Retort.Corruption;

namespace Retort.Demo;

/// <summary>A woven fabric.</summary>
internal sealed class FabricPart : DemoPart
{
    private const string ForeignFibre = "foreign_fibre";
    private const string Hole = "hole";
    private const string MissingThread = "missing_thread";
    private const string Stain = "stain";
    private const string WrongWeave = "wrong_weave";

    /// <inheritdoc/>
    public override string Name => "fabric";

    /// <inheritdoc/>
    public override string Title => "a woven fabric";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Defects { get; } = [ForeignFibre, Hole, MissingThread, Stain, WrongWeave];

    /// <inheritdoc/>
    public override Rotation Rotation => Rotation.Slight;

    /// <inheritdoc/>
    internal override int Stream => 0x66616272;

    /// <inheritdoc/>
    internal override IDemoScene Draw(ref CounterRandom random) => new FabricScene(ref random);

    /// <inheritdoc/>
    internal override IDemoScene Damage(IDemoScene good, string defect, ref CounterRandom random)
    {
        var fabric = (FabricScene)good;
        Vector2 place = DemoMark.Place(good, 36, ref random);
        (int column, int row) = fabric.Crossing(place);
        int length = 4 + random.NextInt(6);
        return defect switch
        {
            WrongWeave => fabric with { Float = (column, row - (length / 2), row + ((length + 1) / 2)) },
            MissingThread => fabric with { Gap = (row, column - (length / 2), column + ((length + 1) / 2)) },
            Hole => new MarkedScene(good, new HoleMark(place, (float)random.NextUniform(6, 12), ref random)),
            Stain => new MarkedScene(good, new StainMark(place, (float)random.NextUniform(11, 22), Dye(ref random), (float)random.NextUniform(0.5, 0.8), ref random)),
            ForeignFibre => new MarkedScene(good, LineMark.Fibre(place, 30, 70, (float)random.NextUniform(1.3, 2.2), 1.6f * Dye(ref random), ref random)),
            _ => throw new ArgumentOutOfRangeException(nameof(defect)),
        };
    }

    private static Vector3 Dye(ref CounterRandom random) => random.NextInt(3) switch
    {
        0 => new Vector3(0.5f, 0.22f, 0.12f),
        1 => new Vector3(0.2f, 0.36f, 0.18f),
        _ => new Vector3(0.52f, 0.44f, 0.1f),
    };
}
