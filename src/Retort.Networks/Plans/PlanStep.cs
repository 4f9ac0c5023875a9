namespace Retort.Networks.Plans;

/// <summary>One thing a plan does, in its turn.</summary>
/// <param name="Name">For profiles: the operation and what of it.</param>
/// <param name="Run">Does it.</param>
/// <param name="Outputs">Which outputs of the plan need it, a bit for each.</param>
public sealed record PlanStep(string Name, Action Run, ulong Outputs)
{
    /// <summary>Stopwatch ticks of the last profiled run.</summary>
    public long Ticks { get; internal set; }
}
