namespace Retort.Training;

/// <summary>How far a training is.</summary>
/// <param name="Phase">The name of the phase.</param>
/// <param name="PhaseIndex">Its number, from 0.</param>
/// <param name="PhaseCount">How many phases there are.</param>
/// <param name="Step">Steps done in this phase.</param>
/// <param name="Steps">Steps of this phase.</param>
/// <param name="Loss">The loss of the last step.</param>
/// <param name="SmoothedLoss">A running mean of the loss within the phase.</param>
/// <param name="StepsPerSecond">The pace of the last steps; 0 before the second one.</param>
/// <param name="Elapsed">The time of this and, for a resumed run, the earlier sittings.</param>
/// <param name="Remaining">An estimate for what is left of all phases; null before there is a pace.</param>
public sealed record TrainingProgress(
    string Phase,
    int PhaseIndex,
    int PhaseCount,
    int Step,
    int Steps,
    double Loss,
    double SmoothedLoss,
    double StepsPerSecond,
    TimeSpan Elapsed,
    TimeSpan? Remaining)
{
    /// <summary>Steps done in all phases together, those of earlier sittings included.</summary>
    public long StepsDone { get; init; }

    /// <summary>Something to tell beside the numbers, such as a warning; null for most reports.</summary>
    public string? Note { get; init; }

    internal static TrainingProgress FromNote(string text) => new("", 0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero, null) { Note = text };
}
