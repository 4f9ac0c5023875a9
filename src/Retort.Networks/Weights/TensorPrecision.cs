namespace Retort.Networks.Weights;

/// <summary>How a weight file keeps its values.</summary>
public enum TensorPrecision
{
    /// <summary>32 bits: every value as it is.</summary>
    Single,

    /// <summary>16 bits, some three decimal digits, and nothing beyond 65504: half the size.</summary>
    Half,
}
