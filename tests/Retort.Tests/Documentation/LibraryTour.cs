// The snippets of docs/library.md, which shows them as they stand here (LibraryTourTests compares the two and runs them).
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Retort.Calibration;
using Retort.Corruption;
using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Export;
using Retort.Extensions.DependencyInjection;
using Retort.Findings;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Methods;
using Retort.Methods.ReverseDistillation;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Streams;
using Retort.Training;

namespace Retort.Tests.Documentation;

internal static class LibraryTour
{
    public static TrainingSettings Settings()
    {
        var settings = new TrainingSettings
        {
            Method = "destseg",
            Preset = "quick",
            Rotation = Rotation.Slight,
            Seed = 7,
        };
        return settings;
    }

    public static TrainingSettings TypedOptions()
    {
        var options = (ReverseDistillationOptions)MethodCatalog.CreateOptions("reverse-distillation", "quick");
        options.Steps = [200];
        options.WarmUp = 10;
        TrainingSettings settings = TrainingSettings.For(options) with { HeldBack = 0.2 };
        return settings;
    }

    public static async Task Train(string data, TrainingSettings settings, string model)
    {
        AnomalyDataset dataset = AnomalyDataset.Open(data);
        TrainingSummary summary = await Trainer.TrainAsync(dataset, settings, model);
        Console.WriteLine($"{model}: {summary.Pictures} pictures, {summary.HeldBack} held back, {summary.Seconds:0} s");
    }

    public static async Task TrainWatched(AnomalyDataset dataset, TrainingSettings settings, string model, ILoggerFactory loggers, CancellationToken cancellation)
    {
        TrainingSettings resumable = settings with
        {
            Resume = true,
            CheckpointEvery = TimeSpan.FromMinutes(1),
            Logger = loggers.CreateLogger("Training"),
        };
        try
        {
            await Trainer.TrainAsync(dataset, resumable, model, new ConsoleProgress(), cancellation);
        }
        catch (OperationCanceledException stopped)
        {
            Console.WriteLine(stopped.Message); // which checkpoint there is, and how to go on
        }
    }

    public static void Inspect(string model, string picture)
    {
        using Detector detector = Detector.Load(model);
        Inspection found = detector.Inspect(picture);
        Console.WriteLine($"{found.Verdict}: score {found.Score:0.000}, normalised {found.NormalizedScore:0.000}");
        foreach (Region region in found.Regions)
        {
            Console.WriteLine($"  {region.Width} x {region.Height} pixels at {region.X}, {region.Y}, peak {region.Peak:0.000}");
        }
    }

    public static Detector LoadFrugal(string model)
    {
        Detector detector = Detector.Load(model, threads: 2, memory: MemoryPolicy.Low);
        return detector;
    }

    public static Detector LoadInTiles(string model)
    {
        var layout = new PictureLayout { Tiling = new Tiling(512, overlap: 128), Region = new RegionOfInterest(0, 0, 4000, 3000) };
        Detector detector = Detector.Load(model, layout: layout);
        return detector;
    }

    public static Inspection InspectBuffer(Detector detector, byte[] buffer, int width, int height, int stride)
    {
        RgbImage frame = RgbImage.FromPixels(buffer, width, height, PixelFormat.Bgra32, stride);
        Inspection found = detector.Inspect(frame);
        return found;
    }

    public static float Score(Detector detector, byte[] rgb)
    {
        float[] map = new float[detector.Size * detector.Size];
        float score = detector.Score(rgb, map); // rgb has detector.Size * detector.Size * 3 bytes
        Verdict verdict = detector.Info.Thresholds.Judge(score);
        return verdict == Verdict.Good ? score : -score;
    }

    public static async Task<Inspection[]> InspectAll(Detector detector, IEnumerable<string> paths, CancellationToken cancellation)
    {
        Inspection[] all = await Task.WhenAll(paths.Select(path => detector.InspectAsync(path, cancellation)));
        return all;
    }

    public static EvaluationResult Evaluate(Detector detector, AnomalyDataset dataset)
    {
        EvaluationResult result = Evaluator.Evaluate(detector, dataset, new EvaluationSettings());
        Console.WriteLine($"image AUROC {result.Deciding.ImageAuroc:0.000}, AUPRO {result.Deciding.Aupro:0.000}");
        return result;
    }

    public static Thresholds Calibrate(string model, string data)
    {
        using Detector detector = Detector.Load(model);
        CalibrationPictures pictures = CalibrationPictures.Find(AnomalyDataset.Open(data), detector.Info);
        PictureScores good = Calibrator.Score(detector, pictures.Good);
        var wish = new CalibrationSettings { FalsePositiveRate = 0.01 };
        Thresholds thresholds = Calibrator.SetThresholds(good, PictureScores.None, wish, pictures.Source);
        Calibrator.Apply(model, model, thresholds);
        return thresholds;
    }

    public static void Hand(Detector detector, string model, string onnx, string sink, string picture)
    {
        OnnxDetector.Write(DetectorFile.Read(model), onnx);

        using FindingsSink lines = FindingsSink.Open(sink); // .csv or .jsonl
        lines.Add(detector.Inspect(picture));
    }

    public static async Task Watch(Detector detector, string folder, FindingsSink lines, CancellationToken cancellation)
    {
        using FolderJournal journal = FolderJournal.Open(FolderJournal.PathFor(folder));
        using var watched = new HotFolder(folder, journal);
        await foreach (HotPicture picture in watched.WatchAsync(cancellation))
        {
            try
            {
                lines.Add(await detector.InspectAsync(picture.Path, cancellation));
                watched.Done(picture);
            }
            catch (ImageException failure) when (picture.IsLastTry)
            {
                lines.AddFailure(picture.Path, failure.Message);
                watched.Done(picture);
            }
            catch (ImageException)
            {
                // Perhaps it is still being written: it will be offered once more.
            }
        }
    }

    public static void Services(IServiceCollection services, string model)
    {
        services.AddRetort(model);
    }

    public static void SeveralServices(IServiceCollection services)
    {
        services.AddRetort(options =>
        {
            options.Detectors["bottle"] = "models/bottle.retort";
            options.Detectors["tile"] = "models/tile.retort";
            options.Memory = MemoryPolicy.Low;
        });
    }

    public static string? Explain(string model, string picture)
    {
        try
        {
            using Detector detector = Detector.Load(model);
            detector.Inspect(picture);
        }
        catch (RetortException failure)
        {
            return failure.Message; // a detector, dataset, option or output: one sentence, with the remedy
        }
        catch (ImageException failure)
        {
            return failure.Message; // a picture
        }
        catch (WeightFileException failure)
        {
            return failure.Message; // a teacher's file, in training
        }

        return null;
    }
}

/// <summary>Shows every tenth step.</summary>
internal sealed class ConsoleProgress : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Note is { } note)
        {
            Console.WriteLine(note);
        }
        else if (value.Step % 10 == 0 || value.Step == value.Steps)
        {
            Console.WriteLine($"{value.Phase} {value.Step}/{value.Steps}, loss {value.SmoothedLoss:0.000}, {value.Remaining:hh\\:mm\\:ss} left");
        }
    }
}

/// <summary>Is given its detector.</summary>
internal sealed class TileStation([FromKeyedServices("tile")] Detector detector, DetectorRegistry all)
{
    public async Task<bool> PassesAsync(Stream picture, CancellationToken cancellation)
    {
        Inspection found = await detector.InspectAsync(picture, cancellation);
        return found.Verdict == Verdict.Good;
    }

    public IReadOnlyList<string> Parts => all.Names;
}
