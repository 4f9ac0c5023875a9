using Google.Protobuf;
using Retort.Networks.Onnx.Format;

namespace Retort.Networks.Weights;

/// <summary>Reads the constants of an ONNX model: its initialisers and what its Constant and Identity nodes make of them. Nothing of it is run.</summary>
/// <remarks>
/// PyTorch's exporter folds batch norms into the convolutions before them and names what comes out by running numbers. Where the model is one of our
/// ResNets, the tensors get the names they have in its state dict, from their places in the graph; else they keep their own.
/// </remarks>
internal static class OnnxWeights
{
    /// <summary>What a model begins with: the tag of the format's version.</summary>
    public const byte FirstByte = 0x08;

    /// <summary>Reads a model.</summary>
    /// <param name="stream">The whole file.</param>
    /// <exception cref="InvalidWeightsException">It is damaged, or its weights lie in files of their own.</exception>
    public static IReadOnlyList<NamedTensor> Read(Stream stream)
    {
        GraphProto graph = Parse(stream);
        var constants = new OnnxConstants(graph);
        return OnnxResNet.Name(graph, constants) ?? [.. graph.Initializer.Select(t => constants.Get(t.Name)!)];
    }

    private static GraphProto Parse(Stream stream)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(stream).Graph ?? throw new InvalidWeightsException("it is an ONNX model without a graph");
        }
        catch (InvalidProtocolBufferException)
        {
            throw new InvalidWeightsException("it is neither a safetensors file, nor a PyTorch checkpoint, nor a whole ONNX model");
        }
    }
}

/// <summary>The constant tensors of a graph by name, made when they are asked for.</summary>
internal sealed class OnnxConstants
{
    // One constant may stand for another through so many Identity nodes; more are a ring.
    private const int LongestChain = 64;

    private readonly Dictionary<string, TensorProto> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sameAs = new(StringComparer.Ordinal);

    public OnnxConstants(GraphProto graph)
    {
        foreach (TensorProto tensor in graph.Initializer)
        {
            if (!_tensors.TryAdd(tensor.Name, tensor))
                throw new InvalidWeightsException($"it holds the initialiser '{tensor.Name}' twice");
        }

        foreach (NodeProto node in graph.Node)
        {
            if (node is { OpType: "Identity", Input: [var from], Output: [var to] })
                _sameAs.TryAdd(to, from);
            else if (node is { OpType: "Constant", Output: [var name] } && node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is { } value)
                _tensors.TryAdd(name, value);
        }
    }

    /// <summary>The shape of a constant; null if the name is that of none.</summary>
    public IReadOnlyList<int>? ShapeOf(string name) => Find(name) is { } tensor ? Shape(tensor, name) : null;

    /// <summary>A constant; null if the name is that of none.</summary>
    /// <exception cref="InvalidWeightsException">It has no values, not those of its shape, or a format that weights do not have.</exception>
    public NamedTensor? Get(string name) => Find(name) is { } tensor ? Read(tensor, name) : null;

    private TensorProto? Find(string name)
    {
        for (int i = 0; i < LongestChain && _sameAs.TryGetValue(name, out string? from); i++)
            name = from;
        return _tensors.GetValueOrDefault(name);
    }

    private static int[] Shape(TensorProto tensor, string name) =>
        tensor.Dims.All(d => d is >= 0 and <= int.MaxValue) ? [.. tensor.Dims.Select(d => (int)d)] : throw new InvalidWeightsException($"'{name}' has an extent that is negative or beyond {int.MaxValue}");

    private static NamedTensor Read(TensorProto tensor, string name)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            throw new InvalidWeightsException($"the values of '{name}' lie in a file of their own", "export the model with its weights in one file");
        ElementType type = (TensorProto.Types.DataType)tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => ElementType.F32,
            TensorProto.Types.DataType.Float16 => ElementType.F16,
            TensorProto.Types.DataType.Bfloat16 => ElementType.BF16,
            TensorProto.Types.DataType.Double => ElementType.F64,
            TensorProto.Types.DataType.Int64 => ElementType.I64,
            TensorProto.Types.DataType.Int32 => ElementType.I32,
            TensorProto.Types.DataType.Int8 => ElementType.I8,
            TensorProto.Types.DataType.Uint8 => ElementType.U8,
            TensorProto.Types.DataType.Bool => ElementType.BOOL,
            var other => throw new InvalidWeightsException($"'{name}' has the format {other}, which weights do not have"),
        };
        int[] shape = Shape(tensor, name);
        int count = ElementStream.Count(shape, $"'{name}'");
        float[] values = tensor.HasRawData ? FromBytes(tensor.RawData, type, count, name) : FromFields(tensor, type);
        return values.Length == count ? new NamedTensor(name, shape, values) : throw new InvalidWeightsException($"'{name}' has {values.Length} values where its shape [{string.Join(", ", shape)}] has {count}");
    }

    private static float[] FromBytes(ByteString bytes, ElementType type, int count, string name)
    {
        if (bytes.Length != (long)count * type.Size())
            throw new InvalidWeightsException($"'{name}' has {bytes.Length} bytes, not those of its shape");
        float[] values = new float[count];
        type.ToSingles(bytes.Span, values);
        return values;
    }

    // Values of a format without a field of its own lie in another's: halves as bits of 32-bit numbers.
    private static float[] FromFields(TensorProto tensor, ElementType type) => type switch
    {
        ElementType.F32 => [.. tensor.FloatData],
        ElementType.F64 => [.. tensor.DoubleData.Select(v => (float)v)],
        ElementType.I64 => [.. tensor.Int64Data.Select(v => (float)v)],
        ElementType.F16 => [.. tensor.Int32Data.Select(v => (float)BitConverter.UInt16BitsToHalf((ushort)v))],
        ElementType.BF16 => [.. tensor.Int32Data.Select(v => BitConverter.UInt32BitsToSingle((uint)(ushort)v << 16))],
        _ => [.. tensor.Int32Data.Select(v => (float)v)],
    };
}
