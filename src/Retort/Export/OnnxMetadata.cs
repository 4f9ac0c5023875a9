using System.Globalization;
using System.Runtime.InteropServices;
using Retort.Detectors;
using Retort.Networks.Onnx;

namespace Retort.Export;

/// <summary>The keys of the metadata in an exported model. Numbers are decimal, arrays base64 of their bytes, rows first, floats little-endian.</summary>
public static class OnnxMetadata
{
    /// <summary>The version of what inputs, outputs and metadata mean.</summary>
    public const int FormatVersion = 1;

    /// <summary>Holds <see cref="FormatVersion"/>.</summary>
    public const string Format = "retort.format";

    /// <summary>The id of the method.</summary>
    public const string Method = "retort.method";

    /// <summary>The side of the map in pixels.</summary>
    public const string Size = "retort.size";

    /// <summary><see cref="ClassNames"/> with commas between them.</summary>
    public const string Classes = "retort.classes";

    /// <summary>Before the names of thresholds: <c>uncertain</c>, <c>image</c>, <c>scale</c>, <c>pixel</c>.</summary>
    public const string Threshold = "retort.threshold.";

    /// <summary>All that the detector file says of itself: its <c>detector.json</c>.</summary>
    public const string Detector = "retort.detector";

    /// <summary>A picture of the map's size, bytes <c>[Size, Size, 3]</c>.</summary>
    public const string SelfTestPicture = "retort.selftest.picture";

    /// <summary>The map the detector made of it where it was trained, floats <c>[Size, Size]</c>.</summary>
    public const string SelfTestMap = "retort.selftest.map";

    /// <summary>The score it gave it there.</summary>
    public const string SelfTestScore = "retort.selftest.score";

    /// <summary>By how much map and score may differ elsewhere.</summary>
    public const string SelfTestTolerance = "retort.selftest.tolerance";

    /// <summary>What the numbers of the output <c>verdict</c> mean, from 0 on.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["good", "uncertain", "anomalous"];

    internal static void Add(OnnxModel model, DetectorFile file, OnnxDecision decision)
    {
        model.AddMetadata(Format, FormatVersion.ToString(CultureInfo.InvariantCulture));
        model.AddMetadata(Method, file.Info.Method);
        model.AddMetadata(Size, file.Info.Size.ToString(CultureInfo.InvariantCulture));
        model.AddMetadata(Classes, string.Join(",", ClassNames));
        model.AddMetadata($"{Threshold}uncertain", Text(decision.Uncertain));
        model.AddMetadata($"{Threshold}image", Text(decision.Image));
        model.AddMetadata($"{Threshold}scale", Text(decision.Scale));
        model.AddMetadata($"{Threshold}pixel", Text(decision.Pixel));
        model.AddMetadata(Detector, file.Info.ToJson().ToJsonString());
        model.AddMetadata(SelfTestPicture, Convert.ToBase64String(file.SelfTest.Picture));
        model.AddMetadata(SelfTestMap, Convert.ToBase64String(MemoryMarshal.AsBytes<float>(file.SelfTest.Map)));
        model.AddMetadata(SelfTestScore, Text(file.SelfTest.Score));
        model.AddMetadata(SelfTestTolerance, Text(Verification.ToleranceOf(file.SelfTest)));
    }

    private static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
}
