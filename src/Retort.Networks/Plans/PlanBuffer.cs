namespace Retort.Networks.Plans;

/// <summary>
/// Memory a plan will give to its steps. Steps say which buffers they read and write; from that the plan knows how long each must
/// live and lets buffers that never live together share memory. The address is known once the plan is built.
/// </summary>
public sealed unsafe class PlanBuffer
{
    internal PlanBuffer(long length) => Length = checked((int)length);

    /// <summary>Floats.</summary>
    public int Length { get; }

    /// <summary>The first element; null until the plan is built.</summary>
    public float* Pointer { get; internal set; }

    /// <summary>The first step that touches it, or -1.</summary>
    internal int FirstStep { get; private set; } = -1;

    /// <summary>The last step that touches it.</summary>
    internal int LastStep { get; private set; } = -1;

    /// <summary>Whether it lies outside the arena, with an address of its own.</summary>
    internal bool IsFixed { get; init; }

    internal void Touch(int step)
    {
        FirstStep = FirstStep < 0 ? step : Math.Min(FirstStep, step);
        LastStep = Math.Max(LastStep, step);
    }
}
