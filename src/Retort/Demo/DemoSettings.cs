namespace Retort.Demo;

/// <summary>How many pictures to draw.</summary>
/// <param name="Train">Good ones to learn from.</param>
/// <param name="Good">Good ones to test with.</param>
/// <param name="Defective">Defective ones to test with, of each kind of defect.</param>
/// <param name="Seed">The seed of all draws.</param>
internal sealed record DemoSettings(int Train = 150, int Good = 18, int Defective = 6, ulong Seed = 0)
{
    /// <summary>How many pictures there are of a part.</summary>
    /// <param name="part">The part.</param>
    public int CountOf(DemoPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return Train + Good + (Defective * part.Defects.Count);
    }
}
