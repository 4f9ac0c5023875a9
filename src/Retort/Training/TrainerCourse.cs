namespace Retort.Training;

/// <summary>What a <see cref="TrainerLoop"/> goes through, and what its messages call it.</summary>
internal sealed record TrainerCourse
{
    /// <summary>The file that is made in the end; the checkpoint lies beside it.</summary>
    public required string OutPath { get; init; }

    /// <summary>What the work is called, for instance <c>training</c>.</summary>
    public required string Work { get; init; }

    /// <summary>What learns, for instance the method's name.</summary>
    public required string Subject { get; init; }

    /// <summary>What to do when the loss is no number any more.</summary>
    public required string Remedy { get; init; }

    /// <summary>The names of the phases.</summary>
    public required IReadOnlyList<string> PhaseNames { get; init; }

    /// <summary>Steps of each phase.</summary>
    public required IReadOnlyList<int> Steps { get; init; }

    /// <summary>What a step of each phase costs; only the ratios matter.</summary>
    public required IReadOnlyList<double> PhaseCosts { get; init; }

    /// <summary>Whether to go on from the checkpoint beside the output, if there is one.</summary>
    public required bool Resume { get; init; }

    /// <summary>How often to write a checkpoint, besides the end of each phase and a cancellation.</summary>
    public required TimeSpan CheckpointEvery { get; init; }
}
