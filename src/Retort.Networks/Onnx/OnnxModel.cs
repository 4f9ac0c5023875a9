using Google.Protobuf;
using Retort.Networks.Onnx.Format;

namespace Retort.Networks.Onnx;

/// <summary>An ONNX file in the making: nodes, named inputs and outputs, and metadata.</summary>
public sealed class OnnxModel
{
    /// <summary>The version of ONNX's operators: 18 is the first whose Resize can smooth when a picture becomes smaller.</summary>
    public const int OperatorSet = 18;

    // The version of the file format that came with ONNX 1.13, the first release with that operator set.
    private const int FormatVersion = 8;

    private readonly ModelProto _model;

    /// <summary>Begins a model.</summary>
    /// <param name="producer">Who writes it.</param>
    /// <param name="producerVersion">In which version.</param>
    /// <param name="documentation">What the model does, for people who look at it.</param>
    public OnnxModel(string producer, string producerVersion, string documentation)
    {
        _model = new ModelProto
        {
            IrVersion = FormatVersion,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OperatorSet } },
            ProducerName = producer,
            ProducerVersion = producerVersion,
            DocString = documentation,
            Graph = new GraphProto { Name = producer },
        };
        Nodes = new OnnxNodes(_model.Graph);
    }

    /// <summary>The nodes.</summary>
    public OnnxNodes Nodes { get; }

    /// <summary>Adds an input.</summary>
    public OnnxValue AddInput(string name, OnnxType type, params IReadOnlyList<OnnxDimension> shape)
    {
        OnnxValue input = Nodes.Reserve(name);
        _model.Graph.Input.Add(Describe(name, type, shape));
        return input;
    }

    /// <summary>Gives a tensor to the user of the model.</summary>
    public void AddOutput(string name, OnnxValue value, OnnxType type, params IReadOnlyList<OnnxDimension> shape)
    {
        OnnxValue output = Nodes.Reserve(name);
        _model.Graph.Node.Add(new NodeProto { Name = name, OpType = "Identity", Input = { value.Name }, Output = { output.Name } });
        _model.Graph.Output.Add(Describe(name, type, shape));
    }

    /// <summary>Adds a text that programs can read without running the model.</summary>
    public void AddMetadata(string key, string value) => _model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });

    /// <summary>Writes the file.</summary>
    public void Write(Stream stream) => _model.WriteTo(stream);

    private static ValueInfoProto Describe(string name, OnnxType type, IReadOnlyList<OnnxDimension> shape) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)type,
                Shape = new TensorShapeProto { Dim = { shape.Select(d => d.ToProto()) } },
            },
        },
    };
}
