using Retort.Data;
using Retort.Training;

namespace Retort.Benchmarks;

/// <summary>One training and its evaluation.</summary>
/// <param name="Name">Which.</param>
/// <param name="Dataset">Its pictures, to learn from and to test with.</param>
/// <param name="Settings">How to train.</param>
/// <param name="Options">
/// Twelve hexadecimal digits that stand for all that decides what the run comes to, the seed excepted: options, teacher, textures, pictures. Runs of
/// other options are other runs, though they have the same name.
/// </param>
internal sealed record BenchmarkRun(BenchmarkRunName Name, AnomalyDataset Dataset, TrainingSettings Settings, string Options);
