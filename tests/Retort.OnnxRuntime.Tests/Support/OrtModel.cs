using Microsoft.ML.OnnxRuntime;
using Retort.Networks.Onnx;

namespace Retort.OnnxRuntime.Tests.Support;

/// <summary>A model in ONNX Runtime, on two threads; its warnings count as failures.</summary>
internal sealed class OrtModel : IDisposable
{
    private readonly InferenceSession _session;

    public OrtModel(OnnxModel model)
    {
        using var bytes = new MemoryStream();
        model.Write(bytes);
        using SessionOptions options = Options();
        _session = new InferenceSession(bytes.ToArray(), options);
    }

    public OrtModel(string path)
    {
        using SessionOptions options = Options();
        _session = new InferenceSession(path, options);
    }

    public InferenceSession Session => _session;

    /// <summary>Runs it on one input and returns its outputs by name.</summary>
    public Dictionary<string, Array> Run(params (string Name, OrtValue Value)[] inputs)
    {
        using var options = new RunOptions();
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> outputs =
                _session.Run(options, [.. inputs.Select(i => i.Name)], [.. inputs.Select(i => i.Value)], _session.OutputNames);
            return _session.OutputNames.Zip(outputs).ToDictionary(o => o.First, o => ToArray(o.Second));
        }
        finally
        {
            foreach ((_, OrtValue value) in inputs)
            {
                value.Dispose();
            }
        }
    }

    public void Dispose() => _session.Dispose();

    private static SessionOptions Options() => new() { IntraOpNumThreads = 2 };

    private static Array ToArray(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float => value.GetTensorDataAsSpan<float>().ToArray(),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.UInt8 => value.GetTensorDataAsSpan<byte>().ToArray(),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 => value.GetTensorDataAsSpan<long>().ToArray(),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Bool => value.GetTensorDataAsSpan<bool>().ToArray(),
        _ => throw new NotSupportedException(),
    };
}
