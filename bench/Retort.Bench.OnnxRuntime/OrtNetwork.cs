using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Retort.Export;

namespace Retort.Bench.OnnxRuntime;

/// <summary>A network or an exported detector, of which its first output, the map, in ONNX Runtime as fast as it goes: all optimisations of the graph, one operation at a time on all threads, no memory asked for while it runs.</summary>
internal sealed class OrtNetwork : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly string[] _inputName;
    private readonly string[] _outputName;

    /// <summary>Loads a network and fills its input with noise.</summary>
    public OrtNetwork(string path, int threads, int batch)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(path, options);
        (string inputName, NodeMetadata input) = _session.InputMetadata.Single();
        (string outputName, NodeMetadata output) = _session.OutputMetadata.First();
        (_inputName, _outputName) = ([inputName], [outputName]);
        int side = _session.ModelMetadata.CustomMetadataMap.TryGetValue(OnnxMetadata.Size, out string? size) ? int.Parse(size, CultureInfo.InvariantCulture) : 0;
        long[] shape = Shape(input, batch, side);
        _input = input.ElementType == typeof(byte)
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(Noise(Length(shape)), v => (byte)(128 + (60 * v))), shape)
            : OrtValue.CreateTensorValueFromMemory(Noise(Length(shape)), shape);
        shape = Shape(output, batch, side);
        _output = OrtValue.CreateTensorValueFromMemory(new float[Length(shape)], shape);
    }

    /// <summary>The median time of a run, after one that does not count.</summary>
    public double MedianSeconds(int repeat)
    {
        Run();
        double[] seconds = new double[repeat];
        for (int i = 0; i < repeat; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Run();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return seconds[repeat / 2];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private void Run() => _session.Run(_options, _inputName, [_input], _outputName, [_output]);

    // The first dimension without a number is the batch, others are the side of an exported detector's pictures.
    private static long[] Shape(NodeMetadata value, int batch, int side) => [.. value.Dimensions.Select((d, i) => d >= 0 ? d : i == 0 ? batch : (long)side)];

    private static long Length(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);

    private static float[] Noise(long length)
    {
        var random = new Random(0);
        var values = new float[length];
        foreach (ref float value in values.AsSpan())
        {
            value = (random.NextSingle() * 4) - 2;
        }

        return values;
    }
}
