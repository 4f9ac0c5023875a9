using Microsoft.Extensions.Logging;

namespace Retort.Training;

/// <summary>What a training tells a logger.</summary>
internal static partial class TrainerLog
{
    [LoggerMessage(1, LogLevel.Information, "Training {Method} on {Pictures} pictures of {Dataset}: {Steps} steps")]
    public static partial void Started(ILogger logger, string method, int pictures, string dataset, long steps);

    [LoggerMessage(2, LogLevel.Information, "{Note}")]
    public static partial void Note(ILogger logger, string note);

    [LoggerMessage(3, LogLevel.Warning, "{Warning}")]
    public static partial void Warning(ILogger logger, string warning);

    [LoggerMessage(4, LogLevel.Information, "Phase {Phase} ended after {Steps} steps with a loss of {Loss}")]
    public static partial void PhaseEnded(ILogger logger, string phase, int steps, double loss);

    [LoggerMessage(5, LogLevel.Debug, "Wrote checkpoint {Path} after {Steps} steps")]
    public static partial void CheckpointWritten(ILogger logger, string path, long steps);

    [LoggerMessage(6, LogLevel.Information, "Wrote {Path} after {Seconds} seconds of training")]
    public static partial void Ended(ILogger logger, string path, double seconds);
}
