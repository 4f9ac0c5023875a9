using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Networks.Weights;
using Retort.Tests.Detectors;
using Retort.Training;

namespace Retort.Tests.Training;

/// <summary>The methods that train in one phase on good pictures alone, all the way round: some steps, stopped and resumed, evaluated.</summary>
public sealed class OnePhaseTrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("reverse-distillation")]
    [InlineData("stfpm")]
    public async Task A_resumed_training_with_other_threads_gives_the_same_detector_as_one_that_was_not_interrupted(string method)
    {
        (AnomalyDataset dataset, TrainingSettings settings) = Course(method);
        string whole = Path.Combine(_folder.Path, "whole.retort");
        await Trainer.TrainAsync(dataset, settings, whole);

        string parts = Path.Combine(_folder.Path, "parts.retort");
        await StopAfterTwoStepsAsync(dataset, settings, parts);
        await Trainer.TrainAsync(dataset, settings with { Resume = true, Threads = 2 }, parts);
        DetectorFile expected = DetectorFile.Read(whole);
        DetectorFile actual = DetectorFile.Read(parts);
        Assert.Equal(expected.Weights.Select(t => t.Name), actual.Weights.Select(t => t.Name));
        Assert.All(expected.Weights.Zip(actual.Weights), pair => Assert.Equal(pair.First.Data, pair.Second.Data));
        Assert.Equal(expected.Info.Thresholds, actual.Info.Thresholds);
        Assert.Equal(expected.SelfTest.Map, actual.SelfTest.Map);
        Assert.Equal(["student"], actual.Info.Training.Phases.Select(p => p.Name));
        Assert.Equal("resnet18", actual.Info.Teacher);

        using Detector detector = Detector.Load(parts, 1);
        Assert.True(detector.Verify().Passed);
        EvaluationResult result = Evaluator.Evaluate(detector, dataset, new EvaluationSettings());
        Assert.Equal(["distance"], result.Components.Select(c => c.Key));
        Assert.InRange(result.Components.Single().Value.ImageAuroc!.Value, 0, 1);
    }

    // The optimiser takes its state only when its phase is compiled, in the first step.
    [Theory]
    [InlineData("reverse-distillation", "optimizer.updates")]
    [InlineData("stfpm", "optimizer.velocity.student.conv1.weight")]
    public async Task A_state_of_the_optimizer_that_does_not_fit_is_refused_with_the_name_of_the_checkpoint(string method, string missing)
    {
        (AnomalyDataset dataset, TrainingSettings settings) = Course(method);
        string parts = Path.Combine(_folder.Path, "parts.retort");
        await StopAfterTwoStepsAsync(dataset, settings, parts);

        string checkpoint = Checkpoint.PathFor(parts);
        var archive = new ArchiveParts(File.ReadAllBytes(checkpoint), "checkpoint.json");
        IReadOnlyList<NamedTensor> state = SafeTensors.Read(new MemoryStream(archive["state.safetensors"]), "state").Tensors;
        Assert.Contains(missing, state.Select(t => t.Name));
        using var without = new MemoryStream();
        SafeTensors.Write(without, [.. state.Where(t => t.Name != missing)]);
        byte[] damaged = archive.With("state.safetensors", without.ToArray());
        File.WriteAllBytes(checkpoint, damaged);

        RetortException refusal = await Assert.ThrowsAsync<RetortException>(() => Trainer.TrainAsync(dataset, settings with { Resume = true }, parts));
        Assert.StartsWith($"{checkpoint}: this is not a checkpoint file, or it is damaged (Tensor {missing} is missing or does not have ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllBytes(checkpoint));
        Assert.False(File.Exists(parts));
    }

    private (AnomalyDataset Dataset, TrainingSettings Settings) Course(string method) => (
        AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts"), 10)),
        new TrainingSettings
        {
            Method = method,
            Preset = "quick",
            Teacher = SyntheticParts.WriteRandomTeacher(Path.Combine(_folder.Path, "resnet18.safetensors")),
            Steps = [4],
            Batch = 2,
            Size = 64,
            Threads = 1,
        });

    private static async Task StopAfterTwoStepsAsync(AnomalyDataset dataset, TrainingSettings settings, string path)
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(() => Trainer.TrainAsync(dataset, settings, path, new StopAfter(2, stop), stop.Token));
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
