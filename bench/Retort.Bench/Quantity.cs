namespace Retort.Bench;

/// <summary>What is compared: a kind of work on so many pictures at 256 x 256.</summary>
/// <param name="Work">What is done.</param>
/// <param name="Batch">Pictures at a time.</param>
internal sealed record Quantity(Work Work, int Batch)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Work.ToString().ToLowerInvariant()}, batch {Batch}";
}
