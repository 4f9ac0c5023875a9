namespace Retort.Networks.Plans;

/// <summary>What a plan may spend memory on.</summary>
public enum MemoryPolicy
{
    /// <summary>The fastest algorithm of each convolution, although Winograd's filters take up to four times the memory of the weights.</summary>
    Fast,

    /// <summary>Winograd's algorithm only where its filters are small beside what it saves: on large maps, with smaller tiles.</summary>
    Low,
}

/// <summary>How an <see cref="InferencePlan"/> is compiled.</summary>
/// <param name="Memory">What it may spend memory on.</param>
/// <param name="TakeParameters">
/// Whether the parameters' memory is let go as the plan takes its own copy of each: they cannot be used for anything else afterwards.
/// </param>
public sealed record InferenceSettings(MemoryPolicy Memory = MemoryPolicy.Fast, bool TakeParameters = false);
