using Retort.Corruption;

namespace Retort.Demo;

/// <summary>A kind of part that the program can draw pictures of, good ones and defective ones.</summary>
internal abstract class DemoPart
{
    /// <summary>All kinds.</summary>
    public static IReadOnlyList<DemoPart> All { get; } = [new FabricPart(), new BoardPart(), new GearPart()];

    /// <summary>Finds a kind by its name.</summary>
    /// <exception cref="RetortException">There is none of that name; the message lists those there are.</exception>
    public static DemoPart Get(string name) =>
        All.FirstOrDefault(p => p.Name == name)
        ?? throw new RetortException($"--part {name}: there is no such part; choose one of {string.Join(", ", All.Select(p => p.Name))}.");

    /// <summary>Its name on the command line and as a folder, for instance <c>gear</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, for people.</summary>
    public abstract string Title { get; }

    /// <summary>The kinds of defects, as folders are called after them.</summary>
    public abstract IReadOnlyList<string> Defects { get; }

    /// <summary>How its pictures may be turned in training.</summary>
    public abstract Rotation Rotation { get; }

    /// <summary>The stream of random draws of this kind.</summary>
    internal abstract int Stream { get; }

    /// <summary>Draws a good part: its pose and colours.</summary>
    internal abstract IDemoScene Draw(ref CounterRandom random);

    /// <summary>Damages a part.</summary>
    /// <param name="good">What <see cref="Draw"/> gave.</param>
    /// <param name="defect">One of <see cref="Defects"/>.</param>
    /// <param name="random">Draws place and size of the damage.</param>
    internal abstract IDemoScene Damage(IDemoScene good, string defect, ref CounterRandom random);
}
