using System.Runtime.InteropServices;
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
    public OnnxValue Add(string operation, IReadOnlyList<OnnxValue> inputs, params IReadOnlyList<OnnxProperty> properties) =>
        AddSeveral(operation, 1, inputs, properties)[0];

    /// <summary>Adds a node with several outputs.</summary>
    /// <param name="operation">ONNX's name for what it does.</param>
    /// <param name="outputs">How many.</param>
    /// <param name="inputs">What it reads, in ONNX's order.</param>
    /// <param name="properties">Its constant properties; those left out have ONNX's defaults.</param>
    public IReadOnlyList<OnnxValue> AddSeveral(string operation, int outputs, IReadOnlyList<OnnxValue> inputs, params IReadOnlyList<OnnxProperty> properties)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        OnnxValue[] made = [.. Enumerable.Range(0, outputs).Select(_ => new OnnxValue(Unique(operation)))];
        _graph.Node.Add(new NodeProto
        {
            Name = made[0].Name,
            OpType = operation,
            Input = { inputs.Select(i => i.Name) },
            Output = { made.Select(o => o.Name) },
            Attribute = { properties.Select(p => p.Proto) },
        });
        return made;
    }

    /// <summary>Adds a linear Resize of rows and columns.</summary>
    /// <param name="x">What is resized, <c>[N, C, H, W]</c>.</param>
    /// <param name="height">The new height.</param>
    /// <param name="width">The new width.</param>
    /// <param name="properties">How.</param>
    public OnnxValue AddResize(OnnxValue x, int height, int width, params IReadOnlyList<OnnxProperty> properties)
    {
        // All four extents: the operator can do with the two that change, but ONNX Runtime 1.31 cannot load that next to a Transpose.
        OnnxValue kept = Add("Shape", [x], new OnnxProperty("end", 2));
        OnnxValue sizes = Add("Concat", [kept, Whole(height, width)], new OnnxProperty("axis", 0));
        return Add("Resize", [x, OnnxValue.None, OnnxValue.None, sizes], [new OnnxProperty("mode", "linear"), .. properties]);
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
        var bytes = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        return Constant(name, new TensorProto { DataType = (int)OnnxType.Float, Dims = { shape.Select(d => (long)d) }, RawData = bytes });
    }

    /// <summary>Adds a vector of constant whole numbers: axes, extents or places.</summary>
    public OnnxValue Whole(params IReadOnlyList<long> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Constant("whole", new TensorProto { DataType = (int)OnnxType.Int64, Dims = { values.Count }, Int64Data = { values } });
    }

    /// <summary>Says where an input of the network comes from.</summary>
    internal void Bind(string input, OnnxValue value) => _inputs.Add(input, value);

    /// <summary>Says which tensor holds a value.</summary>
    internal void Define(Value value, OnnxValue tensor) => _values.Add(value, tensor);

    /// <summary>Keeps a name from being given to a node.</summary>
    internal OnnxValue Reserve(string name) =>
        _names.Add(name) ? new OnnxValue(name) : throw new ArgumentException($"There are two tensors named {name}.", nameof(name));

    private OnnxValue Constant(string name, TensorProto values)
    {
        values.Name = Unique(name);
        _graph.Initializer.Add(values);
        return new OnnxValue(values.Name);
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
