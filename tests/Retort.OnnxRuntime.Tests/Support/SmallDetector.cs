using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Methods;
using Retort.Networks;
using Retort.Tests.Methods.DeSTSeg;
using Retort.Training;

namespace Retort.OnnxRuntime.Tests.Support;

/// <summary>A detector of 64 x 64 pixels with weights that are not trained but made up, its thresholds amid the scores of a few pictures.</summary>
internal sealed class SmallDetector : IDisposable
{
    public const int Size = 64;

    private const int Count = 3;

    /// <summary>Makes a detector and inspects <see cref="Pictures"/>.</summary>
    /// <param name="method">The id of its method.</param>
    /// <param name="settings">Options, each <c>name=value</c>.</param>
    public SmallDetector(string method, params string[] settings)
    {
        IMethod made = MethodCatalog.Get(method);
        MethodOptions options = made.CreateOptions("quick");
        options.Size = Size;
        foreach (string setting in settings)
        {
            options.Set(setting.Split('=')[0], setting.Split('=')[1]);
        }

        var graph = new Graph(new ParameterSet());
        made.AddMaps(graph, graph.Input("picture", new Shape(1, Size, Size, 3)), options);
        byte[] picture = SelfTest.CreatePicture(Size);
        var map = new float[Size * Size];
        var draft = new DetectorFile(
            Info(method, options, Thresholds.Unset),
            [.. graph.Parameters.All.Select(p => FormulaTensors.Parameter(p.Name, p.FileShape))],
            new SelfTest(picture, map, 0));
        Detector = new Detector(draft, 2);
        float score = Detector.Score(picture, map);
        Pictures = [.. Enumerable.Range(0, Count).Select(i => Picture(i))];
        Inspections = [.. Pictures.Select(Detector.Inspect)];
        float[] scores = [.. Inspections.Select(i => i.Score).Order()];
        Thresholds thresholds = Thresholds.Unset with { Uncertain = (scores[0] + scores[1]) / 2, Image = (scores[1] + scores[2]) / 2, Scale = (scores[2] - scores[0]) / 3, Pixel = 0.5f };
        Inspections = [.. Inspections.Select(i => i with { Thresholds = thresholds })];
        File = draft with { Info = Info(method, options, thresholds), SelfTest = new SelfTest(picture, map, score) };
    }

    /// <summary>What a file of it holds.</summary>
    public DetectorFile File { get; }

    /// <summary>The detector, but with thresholds of 0.</summary>
    public Detector Detector { get; }

    public IReadOnlyList<RgbImage> Pictures { get; }

    /// <summary>What it finds in <see cref="Pictures"/>: one is good, one uncertain, one anomalous.</summary>
    public IReadOnlyList<Inspection> Inspections { get; }

    public void Dispose() => Detector.Dispose();

    /// <summary>A picture whose content depends on a number: smooth, with some noise.</summary>
    public static RgbImage Picture(int seed, int width = Size, int height = Size)
    {
        var random = new CounterRandom((ulong)seed);
        var picture = new RgbImage(width, height);
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            (int y, int x) = Math.DivRem(i / 3, width);
            double wave = Math.Sin((seed + 1) * 5.0 * x / width) * Math.Cos(((i % 3) + 2) * 4.0 * y / height);
            picture.Pixels[i] = (byte)(110 + (90 * wave) + random.NextInt(50));
        }

        return picture;
    }

    private static DetectorInfo Info(string method, MethodOptions options, Thresholds thresholds) => new()
    {
        Method = method,
        Options = options.ToJson(),
        Size = Size,
        Normalization = Normalization.ImageNet,
        Teacher = "resnet18",
        TeacherSha256 = new string('0', 64),
        Thresholds = thresholds,
        Training = new TrainingSummary
        {
            RetortVersion = "0.1.0",
            Dataset = "parts",
            Pictures = Count,
            HeldBack = 0,
            Preset = "quick",
            Textures = "procedural",
            Rotation = "none",
            Seed = 1,
            Threads = 2,
            Phases = [],
            Seconds = 1,
            WaitingShare = 0,
            Warnings = [],
        },
    };
}
