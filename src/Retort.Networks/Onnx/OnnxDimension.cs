using Retort.Networks.Onnx.Format;

namespace Retort.Networks.Onnx;

/// <summary>An extent of a model's input or output: a number, or a name for one that differs from call to call.</summary>
public readonly record struct OnnxDimension
{
    private readonly long _extent;
    private readonly string? _name;

    private OnnxDimension(long extent, string? name) => (_extent, _name) = (extent, name);

    /// <summary>An extent that never changes.</summary>
    public static implicit operator OnnxDimension(long extent) => FromInt64(extent);

    /// <summary>An extent that may change.</summary>
    public static implicit operator OnnxDimension(string name) => FromString(name);

    /// <summary>An extent that never changes.</summary>
    public static OnnxDimension FromInt64(long extent) => new(extent, null);

    /// <summary>An extent that may change.</summary>
    public static OnnxDimension FromString(string name) => new(0, name);

    internal TensorShapeProto.Types.Dimension ToProto() =>
        _name == null ? new TensorShapeProto.Types.Dimension { DimValue = _extent } : new TensorShapeProto.Types.Dimension { DimParam = _name };
}
