namespace Retort.Training;

/// <summary>Which good pictures are trained on, and which are held back to set the thresholds.</summary>
/// <param name="Training">Those trained on, in the order they came.</param>
/// <param name="HeldBack">The others, in the order they came; empty for sets too small to spare any.</param>
internal sealed record TrainerSplit(IReadOnlyList<string> Training, IReadOnlyList<string> HeldBack)
{
    /// <summary>Sets of fewer pictures than this are trained on whole.</summary>
    public const int SmallestSet = 10;

    private const int Stream = 0x68656C64;

    /// <summary>Holds a share back, chosen at random.</summary>
    /// <param name="pictures">The good pictures.</param>
    /// <param name="share">The share, in [0, 0.5]; of <see cref="SmallestSet"/> pictures or more at least one is held back unless it is 0.</param>
    /// <param name="seed">The seed of the run.</param>
    public static TrainerSplit Create(IReadOnlyList<string> pictures, double share, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfLessThan(share, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 0.5);
        if (pictures.Count < SmallestSet || share == 0)
        {
            return new TrainerSplit(pictures, []);
        }

        int count = Math.Max(1, (int)Math.Round(pictures.Count * share));
        var random = new CounterRandom(seed, Stream);
        HashSet<int> chosen = [.. random.NextPermutation(pictures.Count).Take(count)];
        return new TrainerSplit(
            [.. pictures.Where((_, i) => !chosen.Contains(i))],
            [.. pictures.Where((_, i) => chosen.Contains(i))]);
    }
}
