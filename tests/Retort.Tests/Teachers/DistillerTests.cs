using Retort.Corruption;
using Retort.Imaging;
using Retort.Networks.Weights;
using Retort.Numerics;
using Retort.Teachers;
using Retort.Tests.Training;
using Retort.Training;

namespace Retort.Tests.Teachers;

public sealed class DistillerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DistillationSettings _settings;

    public DistillerTests()
    {
        string photos = Path.Combine(_folder.Path, "photos");
        var textures = new ProceduralTextures(80);
        for (int i = 0; i < 10; i++)
        {
            var random = new CounterRandom((ulong)i);
            var picture = new RgbImage(80, 80);
            textures.Draw(ref random, picture.Pixels);
            SyntheticParts.Save(Path.Combine(photos, i % 2 == 0 ? "even" : "odd", $"{i:00}.png"), picture);
        }

        _settings = new DistillationSettings
        {
            Data = [photos],
            Teacher = SyntheticParts.WriteRandomTeacher(Path.Combine(_folder.Path, "resnet18.safetensors")),
            Steps = 6,
            Batch = 2,
            Crop = 64,
            Threads = 1,
            ValidateEvery = 2,
            ValidationCrops = 4,
        };
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_resumed_distillation_with_other_threads_gives_the_same_files_as_one_that_was_not_interrupted()
    {
        string whole = Path.Combine(_folder.Path, "whole.safetensors");
        DistillationSummary summary = await Distiller.DistillAsync(_settings, whole);

        string parts = Path.Combine(_folder.Path, "parts.safetensors");
        using var stop = new CancellationTokenSource();
        OperationCanceledException stopped = await Assert.ThrowsAsync<OperationCanceledException>(
            () => Distiller.DistillAsync(_settings, parts, new StopAfter(3, stop), stop.Token));
        Assert.Equal($"stopped after 3 of 6 steps; the same command with --resume goes on from {parts}.checkpoint.", stopped.Message);
        await Distiller.DistillAsync(_settings with { Resume = true, Threads = 2 }, parts);

        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(parts));
        Assert.Equal(File.ReadAllBytes(whole + ".curve.csv"), File.ReadAllBytes(parts + ".curve.csv"));
        Assert.False(File.Exists(parts + ".checkpoint"));
        Assert.Equal((9, 1), (summary.Pictures, summary.HeldBack));
        string[] curve = File.ReadAllLines(whole + ".curve.csv");
        Assert.Equal("step,training_loss,validation_loss,cosine_layer1,cosine_layer2,cosine_layer3,squared_error_layer1,squared_error_layer2,squared_error_layer3", curve[0]);
        Assert.Equal(["2", "4", "6"], curve.Skip(1).Select(line => line.Split(',')[0]));

        TeacherFile made = TeacherFile.Load(whole, ResNetArchitecture.ResNet18);
        Assert.Equal(ResNetArchitecture.ResNet18.Convolutions(3).Select(c => c.Name + ".weight"), made.Tensors.Where(t => t.Shape.Count == 4).Select(t => t.Name));
        Assert.InRange(new FileInfo(whole).Length, 5_500_000, 6_000_000);
    }

    [Fact]
    public async Task The_small_network_comes_closer_to_the_big_one()
    {
        var losses = new Losses();
        await Distiller.DistillAsync(_settings with { Steps = 30, ValidateEvery = 30, Rate = 3e-3 }, Path.Combine(_folder.Path, "small.safetensors"), losses);
        double early = losses.Seen.Take(5).Average(), late = losses.Seen.TakeLast(5).Average();
        Assert.True(late < 0.9 * early, $"{early} became {late}");
    }

    [Fact]
    public async Task Few_pictures_are_refused()
    {
        RetortException e = await Assert.ThrowsAsync<RetortException>(
            () => Distiller.DistillAsync(_settings with { Data = [Path.Combine(_settings.Data[0], "odd")] }, Path.Combine(_folder.Path, "small.safetensors")));
        Assert.EndsWith("odd: 5 pictures are too few to distil on; give at least 10, better hundreds.", e.Message, StringComparison.Ordinal);
    }

    private sealed class Losses : IProgress<TrainingProgress>
    {
        public List<double> Seen { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.Note is null)
            {
                Seen.Add(value.Loss);
            }
        }
    }

    /// <summary>Cancels when so many steps are done.</summary>
    private sealed class StopAfter(int steps, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Note is null && value.Step == steps)
            {
                stop.Cancel();
            }
        }
    }
}
