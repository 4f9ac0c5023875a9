using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Extensions.DependencyInjection;
using Retort.Findings;
using Retort.Imaging;
using Retort.Methods.ReverseDistillation;
using Retort.Tests.Detectors;
using Retort.Tests.Training;
using Retort.Training;

namespace Retort.Tests.Documentation;

/// <summary>docs/library.md shows code that compiles and does what the page says.</summary>
public sealed class LibraryTourTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("docs/library.md", 15)]
    [InlineData("docs/quick-start.md", 1)]
    [InlineData("README.md", 1)]
    public void The_documentation_shows_the_code_as_it_is(string document, int least)
    {
        string[] sources = ["tests/Retort.Tests/Documentation/LibraryTour.cs", "samples/Console/Program.cs", "samples/AspNetCore/Program.cs"];
        string code = string.Concat(sources.Select(s => "\n" + Plain(File.ReadAllText(InRoot(s)))));
        string[] blocks = [.. new MarkdownDocument(InRoot(document)).Blocks("csharp")];
        Assert.True(blocks.Length >= least, $"Only {blocks.Length} snippets were found.");
        Assert.All(blocks, b => Assert.Contains("\n" + Plain(b).Trim('\n') + "\n", code, StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_are_ones_that_a_training_takes()
    {
        Assert.Equal("DeSTSeg", LibraryTour.Settings().CreateOptions().MethodName);
        var typed = (ReverseDistillationOptions)LibraryTour.TypedOptions().CreateOptions();
        Assert.Equal((10, 200), (typed.WarmUp, Assert.Single(typed.Steps)));
    }

    [Fact]
    public async Task Training_tells_its_logger_and_goes_on_after_a_cancellation()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts")));
        string model = Path.Combine(_folder.Path, "part.retort");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await LibraryTour.TrainWatched(dataset, Tiny(), model, NullLoggerFactory.Instance, cancelled.Token);
        Assert.False(File.Exists(model));

        var messages = new List<string>();
        using ILoggerFactory loggers = new Loggers(messages);
        await LibraryTour.TrainWatched(dataset, Tiny(), model, loggers, CancellationToken.None);
        Assert.Contains(messages, m => m.StartsWith("Training stfpm on 11 pictures", StringComparison.Ordinal));
        using Detector detector = Detector.Load(model);
        Assert.True(detector.Verify().Passed);
    }

    [Fact]
    public async Task A_detector_is_trained_inspects_evaluates_and_is_handed_over()
    {
        string data = SyntheticParts.Write(Path.Combine(_folder.Path, "parts"));
        string model = Path.Combine(_folder.Path, "part.retort"), picture = Path.Combine(data, "test", "spot", "000.png");
        await LibraryTour.Train(data, Tiny(), model);
        LibraryTour.Inspect(model, picture);
        Assert.Equal("new", LibraryTour.Calibrate(model, Path.Combine(data, "test", "good")).Basis.Source);
        Assert.Null(LibraryTour.Explain(model, picture));
        Assert.Contains("no such detector file", LibraryTour.Explain("no.retort", picture), StringComparison.Ordinal);
        Assert.NotNull(LibraryTour.Explain(model, model));

        using Detector detector = LibraryTour.LoadFrugal(model);
        Inspection expected = detector.Inspect(picture);
        Inspection[] all = await LibraryTour.InspectAll(detector, Enumerable.Repeat(picture, 6), CancellationToken.None);
        Assert.All(all, found => Assert.Equal((expected.Score, 6), (found.Score, all.Length)));
        RgbImage pixels = ImageFile.Decode(picture);
        byte[] bgra = [.. Enumerable.Range(0, pixels.Width * pixels.Height).SelectMany(i => (byte[])[pixels.Pixels[(3 * i) + 2], pixels.Pixels[(3 * i) + 1], pixels.Pixels[3 * i], 0])];
        Assert.Equal(expected.Score, LibraryTour.InspectBuffer(detector, bgra, pixels.Width, pixels.Height, 4 * pixels.Width).Score);
        RgbImage input = PillowResize.Bilinear(pixels, detector.Size, detector.Size);
        Assert.Equal(expected.Score, Math.Abs(LibraryTour.Score(detector, input.Pixels)));
        EvaluationResult result = LibraryTour.Evaluate(detector, AnomalyDataset.Open(data));
        Assert.Equal((4, 2), (result.Images, result.Anomalous));
        using Detector tiled = LibraryTour.LoadInTiles(model);
        Assert.Equal(512, tiled.Layout.Tiling?.Side);

        string sink = Path.Combine(_folder.Path, "found.jsonl"), incoming = Path.Combine(_folder.Path, "incoming");
        LibraryTour.Hand(detector, model, Path.Combine(_folder.Path, "part.onnx"), sink, picture);
        Assert.Single(File.ReadAllLines(sink));
        await Watch(detector, incoming, picture, Path.Combine(_folder.Path, "watched.jsonl"));
    }

    [Fact]
    public async Task Detectors_are_services()
    {
        string model = Path.Combine(_folder.Path, "bottle.retort");
        SampleDetector.Create().Write(model);
        var services = new ServiceCollection();
        LibraryTour.Services(services, model);
        using ServiceProvider one = services.BuildServiceProvider();
        var station = new TileStation(one.GetRequiredService<Detector>(), one.GetRequiredService<DetectorRegistry>());
        Assert.Equal(["bottle"], station.Parts);
        using var picture = new MemoryStream(ImageFile.EncodePng(SyntheticParts.Part(1, false)));
        Assert.Equal(one.GetRequiredService<Detector>().Inspect(SyntheticParts.Part(1, false)).Verdict == Verdict.Good, await station.PassesAsync(picture, CancellationToken.None));

        var several = new ServiceCollection();
        LibraryTour.SeveralServices(several);
        using ServiceProvider two = several.AddSingleton<TileStation>().BuildServiceProvider();
        Assert.Contains("models/tile.retort", Assert.ThrowsAny<Exception>(two.GetRequiredService<TileStation>).Message, StringComparison.Ordinal);
    }

    private static async Task Watch(Detector detector, string folder, string picture, string sink)
    {
        Directory.CreateDirectory(folder);
        File.Copy(picture, Path.Combine(folder, "000.png"));
        using var stop = new CancellationTokenSource();
        Task watching;
        using (FindingsSink lines = FindingsSink.Open(sink))
        {
            watching = LibraryTour.Watch(detector, folder, lines, stop.Token);
            while (File.ReadAllLines(sink).Length == 0 && !watching.IsCompleted)
            {
                await Task.Delay(50);
            }

            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        }

        Assert.Single(File.ReadAllLines(sink));
    }

    private static TrainingSettings Tiny() => new() { Method = "stfpm", Steps = [2], Size = 64, Batch = 2, Threads = 1 };

    // Where a snippet stands in a method it is indented, and in the document it is not.
    private static string Plain(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim()));

    private static string InRoot(string path) => Path.Combine(MarkdownDocument.Root, path);

    private sealed class Loggers(List<string> messages) : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (messages)
            {
                messages.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
