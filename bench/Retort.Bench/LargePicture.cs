using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging.Tests;
using Retort.Layouts;
using Retort.Methods;
using Retort.Networks.Plans;
using Retort.Training;

namespace Retort.Bench;

/// <summary>
/// The peak resident memory and the time of an inspection of a large TIFF in tiles, in a process of its own. The picture is drawn row by row into a temporary
/// file; the detector is untrained, for neither figure depends on what is found.
/// </summary>
internal static class LargePicture
{
    private const string MeasureName = "measure-large";

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        Option<int> side = BenchOptions.Whole("--side", 20_000, "Side of the picture in pixels.");
        Option<int> tile = BenchOptions.Whole("--tile", 512, "Side of a tile in pixels.");
        Option<int> tiffTile = new("--tiff-tile") { Description = "Side of the tiles within the TIFF file, a multiple of 16; 0 for strips.", HelpName = "N" };
        Option<string> method = BenchOptions.Method();
        Option<int> threads = BenchOptions.Threads();
        Option<bool> low = new("--low-memory") { Description = "With the memory policy low." };
        var verb = new Command("large", "Peak resident memory and time of an inspection of a large TIFF in tiles.") { side, tile, tiffTile, method, threads, low };
        verb.SetAction(p => Run(p.GetValue(side), p.GetValue(tile), p.GetValue(tiffTile), p.GetRequiredValue(method), p.GetValue(threads), p.GetValue(low)));
        return verb;
    }

    /// <summary>The hidden verb that <see cref="Verb"/> starts.</summary>
    public static Command MeasureVerb()
    {
        Option<string> model = BenchOptions.Required("--model", "FILE", "The detector.");
        Option<string> picture = BenchOptions.Required("--picture", "FILE", "The picture.");
        Option<int> threads = BenchOptions.Threads();
        Option<bool> low = new("--low-memory");
        var verb = new Command(MeasureName, "One inspection in this process, as JSON.") { model, picture, threads, low };
        verb.Hidden = true;
        verb.SetAction(p => Measure(p.GetRequiredValue(model), p.GetRequiredValue(picture), p.GetValue(threads), p.GetValue(low)));
        return verb;
    }

    private static void Run(int side, int tile, int tiffTile, string method, int threads, bool low)
    {
        string folder = Directory.CreateTempSubdirectory("retort-large-").FullName;
        try
        {
            string model = Path.Combine(folder, "untrained.retort"), picture = Path.Combine(folder, "large.tif");
            Write(model, method, new PictureLayout { Tiling = new Tiling(tile, (int)(tile * Tiling.DefaultOverlap)) });
            TiffWriter.Write(picture, side, side, tiffTile == 0 ? new TiffFormat(64) : new TiffFormat(tiffTile, tiffTile), DrawRow);
            string[] policy = low ? ["--low-memory"] : [];
            JsonObject result = ChildProcess.RunSelf([MeasureName, "--model", model, "--picture", picture, "--threads", $"{threads}", .. policy]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{side} x {side} TIFF of {new FileInfo(picture).Length >> 20} MB ({(tiffTile == 0 ? "strips" : $"tiles of {tiffTile}")}), {method}, tiles of {tile}, {threads} thread(s){(low ? ", memory policy low" : "")}: peak resident memory {(double)result["peak_rss_mb"]!:0} MB, {(double)result["seconds"]!:0} s, map {result["map"]}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string model, string picture, int threads, bool low)
    {
        using Detector detector = Detector.Load(model, threads, low ? MemoryPolicy.Low : MemoryPolicy.Fast);
        Inspection inspection = detector.Inspect(picture);
        double peak = Process.GetCurrentProcess().PeakWorkingSet64 / (double)(1 << 20);
        Console.WriteLine(new JsonObject
        {
            ["seconds"] = inspection.Elapsed.TotalSeconds,
            ["peak_rss_mb"] = peak,
            ["map"] = $"{inspection.Map.Width} x {inspection.Map.Height}",
        }.ToJsonString());
    }

    // A weave with a little noise: neither constant nor so random that the file grows to the size of its pixels.
    private static void DrawRow(int y, Span<byte> row)
    {
        uint noise = (uint)(y * 2654435761);
        for (int i = 0; i < row.Length; i++)
        {
            noise = (noise * 1664525) + 1013904223;
            row[i] = (byte)(100 + (((i / 24) + (y / 8)) % 2 * 40) + (noise >> 30));
        }
    }

    private static void Write(string path, string method, PictureLayout layout)
    {
        MethodOptions options = MethodTask.OptionsOf(method);
        int size = options.Size;
        var info = new DetectorInfo
        {
            Method = method,
            Options = options.ToJson(),
            Size = size,
            Normalization = Normalization.ImageNet,
            Teacher = "noise",
            TeacherSha256 = "",
            Thresholds = Thresholds.Unset with { Image = float.MaxValue, Uncertain = float.MaxValue, Pixel = float.MaxValue },
            Layout = layout,
            Training = new TrainingSummary
            {
                RetortVersion = TrainingSummary.CurrentVersion,
                Dataset = "none",
                Pictures = 0,
                HeldBack = 0,
                Preset = "none",
                Textures = "none",
                Rotation = "none",
                Seed = 0,
                Threads = 1,
                Phases = [],
                Seconds = 0,
                WaitingShare = 0,
                Warnings = [],
            },
        };
        new DetectorFile(info, UntrainedWeights.Detector(method), new SelfTest(SelfTest.CreatePicture(size), new float[size * size], 0)).Write(path);
    }
}
