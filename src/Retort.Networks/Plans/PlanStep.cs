namespace Retort.Networks.Plans;

/// <summary>One thing a plan does, in its turn.</summary>
/// <param name="Name">For profiles: the operation and what of it.</param>
/// <param name="Run">Does it.</param>
/// <param name="Outputs">Which outputs of the plan need it, a bit for each.</param>
/// <param name="MultiplyAdds">Multiply-adds of a convolution by direct computation, padding included, whatever algorithm does it; 0 for all else.</param>
public sealed record PlanStep(string Name, Action Run, ulong Outputs, long MultiplyAdds = 0)
{
    /// <summary>Stopwatch ticks of the last profiled run.</summary>
    public long Ticks { get; internal set; }
}
