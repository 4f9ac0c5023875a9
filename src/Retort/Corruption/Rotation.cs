namespace Retort.Corruption;

/// <summary>How training pictures are turned before they are corrupted. DeSTSeg chooses by category: what may lie any way round may be turned.</summary>
public enum Rotation
{
    /// <summary>Not at all: parts that lie or hang in one way only.</summary>
    None,

    /// <summary>By -5 to 5 degrees.</summary>
    Slight,

    /// <summary>By 0, 90, 180 or 270 degrees and then by -5 to 5: surfaces and round parts.</summary>
    Full,
}
