namespace Retort.Calibration;

/// <summary>What the threshold of a picture is to achieve.</summary>
public enum CalibrationGoal
{
    /// <summary>A given share of good pictures reaches it. Needs good pictures only.</summary>
    FalsePositiveRate,

    /// <summary>The F1 of good and defective pictures is the largest there is. Needs both.</summary>
    F1,

    /// <summary>A given share of defective pictures reaches it, and as few good ones as that allows. Needs both.</summary>
    Recall,
}
