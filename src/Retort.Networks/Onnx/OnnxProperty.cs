using Google.Protobuf;
using Retort.Networks.Onnx.Format;

namespace Retort.Networks.Onnx;

/// <summary>A constant property of a node, such as the strides of a convolution: what ONNX calls an attribute.</summary>
public sealed class OnnxProperty
{
    private OnnxProperty(AttributeProto proto) => Proto = proto;

    /// <summary>A whole number.</summary>
    public OnnxProperty(string name, long value)
        : this(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value })
    {
    }

    /// <summary>A number.</summary>
    public OnnxProperty(string name, float value)
        : this(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value })
    {
    }

    /// <summary>A word.</summary>
    public OnnxProperty(string name, string value)
        : this(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) })
    {
    }

    /// <summary>Whole numbers.</summary>
    public OnnxProperty(string name, long[] values)
        : this(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } })
    {
    }

    internal AttributeProto Proto { get; }
}
