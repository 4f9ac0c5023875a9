using System.Globalization;

namespace Retort.Teachers;

/// <summary>How far a small network is from the big one, by level: layer1 to layer3.</summary>
/// <param name="Cosine">One minus the cosine of the features, mean over positions and crops.</param>
/// <param name="Squared">The squared error relative to the mean square of the big network's features.</param>
public sealed record DistillationErrors(IReadOnlyList<double> Cosine, IReadOnlyList<double> Squared)
{
    /// <summary>The sum of all of them, which training makes small.</summary>
    public double Loss => Cosine.Sum() + Squared.Sum();

    /// <summary>The cosines, not the distances, to four digits.</summary>
    internal string CosineText => string.Join(' ', Cosine.Select(d => (1 - d).ToString("0.0000", CultureInfo.InvariantCulture)));
}
