using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using Retort.Detectors;
using Retort.Export;
using Retort.Imaging;
using Retort.Networks.Onnx;
using Retort.OnnxRuntime.Tests.Support;

namespace Retort.OnnxRuntime.Tests.Export;

/// <summary>Exported detectors against <see cref="Detector.Inspect(RgbImage)"/>.</summary>
public sealed class OnnxDetectorTests
{
    // Of some ten layers, relative to the largest value.
    private const float Rounding = 2e-5f;

    [Theory]
    [InlineData("destseg")]
    [InlineData("destseg", "decide=segmentation", "segmentation-stride=1", "segmentation-input=concatenation", "top=1")]
    [InlineData("mutual-mapping")]
    [InlineData("bidirectional")]
    [InlineData("reverse-distillation", "sigma=0", "top=20")]
    [InlineData("stfpm")]
    public void An_exported_detector_gives_what_Inspect_gives(string method, params string[] settings)
    {
        using var detector = new SmallDetector(method, settings);
        using var model = new OrtModel(OnnxDetector.Create(detector.File));
        Dictionary<string, Array> outputs = Run(model, detector.Pictures);
        for (int i = 0; i < detector.Pictures.Count; i++)
        {
            AssertAgrees(detector.Inspections[i], outputs, i, Rounding * detector.Inspections[i].Map.Peak());
        }

        Assert.Equal([Verdict.Good, Verdict.Uncertain, Verdict.Anomalous], detector.Inspections.Select(i => i.Verdict).Distinct().Order());

        // One picture alone gives what it gives among others.
        AssertAgrees(detector.Inspections[1], Run(model, [detector.Pictures[1]]), 0, Rounding * detector.Inspections[1].Map.Peak());
    }

    [Fact]
    public void Pictures_of_any_size_are_resized_within_the_model()
    {
        using var detector = new SmallDetector("stfpm");
        using var model = new OrtModel(OnnxDetector.Create(detector.File));
        foreach ((int width, int height) in new[] { (256, 256), (120, 90), (40, 100) })
        {
            RgbImage[] pictures = [SmallDetector.Picture(1, width, height), SmallDetector.Picture(2, width, height)];
            Dictionary<string, Array> outputs = Run(model, pictures);
            for (int i = 0; i < pictures.Length; i++)
            {
                AssertAgrees(detector.Detector.Inspect(pictures[i]) with { Thresholds = detector.File.Info.Thresholds }, outputs, i, 1e-3f);
            }
        }
    }

    [Fact]
    public void Resize_is_Pillows_but_for_single_pixels_that_differ_by_one()
    {
        foreach ((int width, int height, int size) in new[] { (64, 64, 64), (900, 900, 256), (100, 37, 64), (640, 480, 256), (64, 300, 64), (33, 31, 64), (1, 1, 64), (65, 63, 64) })
        {
            var model = new OnnxModel("test", "1", "A resize.");
            OnnxValue resized = OnnxDetector.Resize(model.Nodes, model.AddInput("x", OnnxType.UInt8, "n", "h", "w", 3), size);
            model.AddOutput("y", model.Nodes.Add("Transpose", [resized], new OnnxProperty("perm", [0, 2, 3, 1])), OnnxType.UInt8, "n", size, size, 3);
            using var session = new OrtModel(model);
            var picture = new RgbImage(width, height);
            new Random(1).NextBytes(picture.Pixels);
            byte[] expected = PillowResize.Bilinear(picture, size, size).Pixels;
            var actual = (byte[])session.Run(("x", OrtValue.CreateTensorValueFromMemory(picture.Pixels, [1, height, width, 3])))["y"];
            int[] differences = [.. expected.Zip(actual, (e, a) => Math.Abs(e - a))];
            Assert.True(differences.Max() <= 1, $"{width} x {height} to {size}: by {differences.Max()}.");
            double share = differences.Count(d => d > 0) / (double)differences.Length;
            Assert.True(share <= (width == height && width == size ? 0 : 0.01), $"{width} x {height} to {size}: {share}.");
        }
    }

    [Fact]
    public void Inputs_outputs_and_metadata_are_as_documented_and_verify_the_model()
    {
        using var detector = new SmallDetector("stfpm");
        DetectorFile file = detector.File;
        using var model = new OrtModel(OnnxDetector.Create(file));
        NodeMetadata input = model.Session.InputMetadata[OnnxDetector.Pictures];
        Assert.Equal(typeof(byte), input.ElementType);
        Assert.Equal(["pictures", "height", "width", ""], input.SymbolicDimensions);
        Assert.Equal([-1, -1, -1, 3], input.Dimensions);
        (string, Type, int[])[] declared = [.. model.Session.OutputMetadata.Select(o => (o.Key, o.Value.ElementType, o.Value.Dimensions))];
        Assert.Equal(
            [("map", typeof(float), [-1, 64, 64]), ("score", typeof(float), [-1]), ("normalized_score", typeof(float), [-1]), ("verdict", typeof(long), [-1])],
            declared);

        Dictionary<string, string> metadata = model.Session.ModelMetadata.CustomMetadataMap;
        Assert.Equal("1", metadata[OnnxMetadata.Format]);
        Assert.Equal(("stfpm", "64", "good,uncertain,anomalous"), (metadata[OnnxMetadata.Method], metadata[OnnxMetadata.Size], metadata[OnnxMetadata.Classes]));
        Assert.Equal(file.Info.Thresholds.Image, Number(metadata, $"{OnnxMetadata.Threshold}image"));
        Assert.Equal(file.Info.Thresholds.Uncertain, Number(metadata, $"{OnnxMetadata.Threshold}uncertain"));
        Assert.Equal(file.Info.Thresholds.Scale, Number(metadata, $"{OnnxMetadata.Threshold}scale"));
        Assert.Equal(file.Info.Thresholds.Pixel, Number(metadata, $"{OnnxMetadata.Threshold}pixel"));
        Assert.True(JsonNode.DeepEquals(file.Info.ToJson(), JsonNode.Parse(metadata[OnnxMetadata.Detector])));

        byte[] picture = Convert.FromBase64String(metadata[OnnxMetadata.SelfTestPicture]);
        float[] map = MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(metadata[OnnxMetadata.SelfTestMap])).ToArray();
        float tolerance = Number(metadata, OnnxMetadata.SelfTestTolerance);
        Dictionary<string, Array> outputs = model.Run((OnnxDetector.Pictures, OrtValue.CreateTensorValueFromMemory(picture, [1, 64, 64, 3])));
        Assert.All(map.Zip((float[])outputs[OnnxDetector.Map]), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.Equal(Number(metadata, OnnxMetadata.SelfTestScore), ((float[])outputs[OnnxDetector.Score])[0], tolerance);
        Assert.InRange(tolerance, 1e-5f, 0.01f);
    }

    private static float Number(Dictionary<string, string> metadata, string key) => float.Parse(metadata[key], CultureInfo.InvariantCulture);

    private static void AssertAgrees(Inspection expected, Dictionary<string, Array> outputs, int index, float tolerance)
    {
        int pixels = expected.Map.Values.Length;
        float[] map = ((float[])outputs[OnnxDetector.Map])[(index * pixels)..((index + 1) * pixels)];
        float difference = map.Zip(expected.Map.Values, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(difference <= tolerance, $"The map differs by {difference}; its peak is {expected.Map.Peak()}.");
        float score = ((float[])outputs[OnnxDetector.Score])[index];
        Assert.Equal(expected.Score, score, tolerance);
        Assert.Equal(expected.Verdict.ToString().ToLowerInvariant(), OnnxMetadata.ClassNames[(int)((long[])outputs[OnnxDetector.Verdict])[index]]);
        Assert.Equal(expected.NormalizedScore, ((float[])outputs[OnnxDetector.NormalizedScore])[index], 0.25f * tolerance / expected.Thresholds.Scale + 1e-6f);
    }

    private static Dictionary<string, Array> Run(OrtModel model, IReadOnlyList<RgbImage> pictures) => model.Run((
        OnnxDetector.Pictures,
        OrtValue.CreateTensorValueFromMemory(pictures.SelectMany(p => p.Pixels).ToArray(), [pictures.Count, pictures[0].Height, pictures[0].Width, 3])));
}
