using Retort.Networks.Onnx.Format;

namespace Retort.Networks.Onnx;

/// <summary>The elements of a tensor in an ONNX graph.</summary>
public enum OnnxType
{
    /// <summary>32-bit floating point.</summary>
    Float = TensorProto.Types.DataType.Float,

    /// <summary>Bytes.</summary>
    UInt8 = TensorProto.Types.DataType.Uint8,

    /// <summary>64-bit integers.</summary>
    Int64 = TensorProto.Types.DataType.Int64,

    /// <summary>True or false.</summary>
    Boolean = TensorProto.Types.DataType.Bool,
}
