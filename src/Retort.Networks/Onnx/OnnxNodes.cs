using System.Buffers.Binary;
using Google.Protobuf;
using Retort.Networks.Onnx.Format;

namespace Retort.Networks.Onnx;

/// <summary>
/// What operations emit their ONNX nodes into. Tensors lie there as <c>[N, C, H, W]</c>, which is what ONNX's convolutions take: the channels are axis 1,
/// rows axis 2, columns axis 3. Nodes leave N open, so that the model takes any number of pictures.
/// </summary>
public sealed class OnnxNodes
{
    private readonly GraphProto _graph;
    private readonly Dictionary<string, OnnxValue> _inputs = [];
    private readonly Dictionary<Value, OnnxValue> _values = [];
    private readonly HashSet<string> _names = [];

    internal OnnxNodes(GraphProto graph) => _graph = graph;

    /// <summary>What names of new nodes begin with: the operation they are of.</summary>
    internal string Scope { get; set; } = "";

    /// <summary>The tensor that holds a value of an operation that has been emitted.</summary>
    public OnnxValue Of(Value value) => _values[value];

    /// <summary>The tensor that is an input of the network.</summary>
    /// <param name="name">Its name in the network.</param>
    public OnnxValue Input(string name) => _inputs[name];

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">ONNX's name for what it does.</param>
    /// <param name="inputs">What it reads, in ONNX's order.</param>
    /// <param name="properties">Its constant properties; those left out have ONNX's defaults.</param>
    public OnnxValue Add(string operation, IReadOnlyList<OnnxValue> inputs, params IReadOnlyList<OnnxProperty> properties)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var output = new OnnxValue(Unique(operation));
        _graph.Node.Add(new NodeProto
        {
            Name = output.Name,
            OpType = operation,
            Input = { inputs.Select(i => i.Name) },
            Output = { output.Name },
            Attribute = { properties.Select(p => p.Proto) },
        });
        return output;
    }

    /// <summary>Adds a constant number.</summary>
    public OnnxValue Number(float value) => Numbers("number", [value], []);

    /// <summary>Adds constant numbers.</summary>
    /// <param name="name">For people who look at the model.</param>
    /// <param name="values">The numbers.</param>
    /// <param name="shape">As many as the extents make.</param>
    public OnnxValue Numbers(string name, ReadOnlySpan<float> values, IReadOnlyList<int> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var bytes = new byte[sizeof(float) * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(sizeof(float) * i), values[i]);
        }

        return Constant(name, OnnxType.Float, bytes, shape.Select(d => (long)d));
    }

    /// <summary>Adds a vector of constant whole numbers: axes, extents or places.</summary>
    public OnnxValue Whole(params ReadOnlySpan<long> values)
    {
        var bytes = new byte[sizeof(long) * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long) * i), values[i]);
        }

        return Constant("whole", OnnxType.Int64, bytes, [values.Length]);
    }

    /// <summary>Says where an input of the network comes from.</summary>
    internal void Bind(string input, OnnxValue value) => _inputs.Add(input, value);

    /// <summary>Says which tensor holds a value.</summary>
    internal void Define(Value value, OnnxValue tensor) => _values.Add(value, tensor);

    /// <summary>Keeps a name from being given to a node.</summary>
    internal OnnxValue Reserve(string name) =>
        _names.Add(name) ? new OnnxValue(name) : throw new ArgumentException($"There are two tensors named {name}.", nameof(name));

    private OnnxValue Constant(string name, OnnxType type, byte[] values, IEnumerable<long> shape)
    {
        var constant = new OnnxValue(Unique(name));
        _graph.Initializer.Add(new TensorProto
        {
            Name = constant.Name,
            DataType = (int)type,
            Dims = { shape },
            RawData = UnsafeByteOperations.UnsafeWrap(values),
        });
        return constant;
    }

    private string Unique(string name)
    {
        string wanted = Scope.Length == 0 ? name : $"{Scope}/{name}";
        string free = wanted;
        for (int i = 2; !_names.Add(free); i++)
        {
            free = $"{wanted}.{i}";
        }

        return free;
    }
}
