using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace OnnxConsumer;

/// <summary>What a detector says of one picture.</summary>
/// <param name="Verdict"><c>good</c>, <c>uncertain</c> or <c>anomalous</c>.</param>
/// <param name="Score">The score on the method's own scale.</param>
/// <param name="NormalizedScore">The score from 0 to 1; the threshold is at 0.5.</param>
/// <param name="Map">The anomaly map, <c>[Size, Size]</c>; it stretches over the whole picture.</param>
internal sealed record Inspection(string Verdict, float Score, float NormalizedScore, float[] Map);

/// <summary>A detector that <c>retort export</c> wrote. The model does everything, from 8-bit pixels to the verdict.</summary>
internal sealed class ExportedDetector : IDisposable
{
    private static readonly string[] Inputs = ["pictures"];
    private static readonly string[] Outputs = ["map", "score", "normalized_score", "verdict"];

    private readonly InferenceSession _session;
    private readonly Dictionary<string, string> _metadata;
    private readonly string[] _classes;

    /// <summary>Loads a model.</summary>
    /// <exception cref="InvalidDataException">It is not a model of Retort's, or of a version this program does not know.</exception>
    public ExportedDetector(string path)
    {
        _session = new InferenceSession(path);
        _metadata = _session.ModelMetadata.CustomMetadataMap;
        if (_metadata.GetValueOrDefault("retort.format") != "1")
        {
            throw new InvalidDataException($"{path}: this is not a model that retort export wrote, or of a newer version.");
        }

        Size = int.Parse(_metadata["retort.size"], CultureInfo.InvariantCulture);
        _classes = _metadata["retort.classes"].Split(',');
    }

    /// <summary>The side of the maps in pixels.</summary>
    public int Size { get; }

    /// <summary>Inspects pictures of one size.</summary>
    /// <param name="rgb">8-bit RGB, one picture after the other: <c>[count, height, width, 3]</c>.</param>
    /// <param name="count">How many.</param>
    /// <param name="height">Their height in pixels: any.</param>
    /// <param name="width">Their width in pixels: any.</param>
    public IReadOnlyList<Inspection> Inspect(byte[] rgb, int count, int height, int width)
    {
        using var options = new RunOptions();
        using OrtValue pictures = OrtValue.CreateTensorValueFromMemory(rgb, [count, height, width, 3]);
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(options, Inputs, [pictures], Outputs);
        ReadOnlySpan<float> maps = outputs[0].GetTensorDataAsSpan<float>();
        ReadOnlySpan<float> scores = outputs[1].GetTensorDataAsSpan<float>();
        ReadOnlySpan<float> normalized = outputs[2].GetTensorDataAsSpan<float>();
        ReadOnlySpan<long> verdicts = outputs[3].GetTensorDataAsSpan<long>();
        var inspections = new Inspection[count];
        for (int i = 0; i < count; i++)
        {
            inspections[i] = new Inspection(_classes[verdicts[i]], scores[i], normalized[i], maps.Slice(i * Size * Size, Size * Size).ToArray());
        }

        return inspections;
    }

    /// <summary>Inspects the picture that the model holds and compares with what the detector made of it where it was trained.</summary>
    /// <returns>By how much map and score differ at most, and by how much they may.</returns>
    public (float Difference, float Tolerance) Verify()
    {
        byte[] picture = Convert.FromBase64String(_metadata["retort.selftest.picture"]);
        float[] map = MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(_metadata["retort.selftest.map"])).ToArray();
        Inspection found = Inspect(picture, 1, Size, Size)[0];
        float difference = Math.Abs(found.Score - Number("retort.selftest.score"));
        for (int i = 0; i < map.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs(found.Map[i] - map[i]));
        }

        return (difference, Number("retort.selftest.tolerance"));
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private float Number(string key) => float.Parse(_metadata[key], CultureInfo.InvariantCulture);
}
