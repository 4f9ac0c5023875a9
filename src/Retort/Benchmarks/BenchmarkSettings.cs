using Retort.Corruption;
using Retort.Training;

namespace Retort.Benchmarks;

/// <summary>What to compare: every variant on every dataset with every seed.</summary>
internal sealed record BenchmarkSettings
{
    /// <summary>The folders of the datasets. A category is called after its folder.</summary>
    public required IReadOnlyList<string> Data { get; init; }

    /// <summary>The methods and their ablations.</summary>
    public required IReadOnlyList<BenchmarkVariant> Variants { get; init; }

    /// <summary>The seeds.</summary>
    public IReadOnlyList<ulong> Seeds { get; init; } = [0];

    /// <summary>How pictures of single categories are turned, where it is not as the variants say.</summary>
    public IReadOnlyDictionary<string, Rotation> Rotations { get; init; } = new Dictionary<string, Rotation>();
}

/// <summary>A method with its options, as it is or with something changed.</summary>
/// <param name="Settings">How to train; seed, and for some categories rotation, are replaced run by run.</param>
/// <param name="Ablation">The name of what is changed: letters, digits, - and _. Empty for the method as it is.</param>
internal sealed record BenchmarkVariant(TrainingSettings Settings, string Ablation = "");
