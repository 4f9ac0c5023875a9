using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Tests.Training;
using Retort.Training;

namespace Retort.Tests.Methods.Bidirectional;

/// <summary>The method all the way round: some steps, stopped and resumed, and an evaluation.</summary>
public sealed class BidirectionalTrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_resumed_training_with_other_threads_gives_the_same_detector_as_one_that_was_not_interrupted()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts"), 10));
        var settings = new TrainingSettings
        {
            Method = "bidirectional",
            Preset = "quick",
            Teacher = SyntheticParts.WriteRandomTeacher(Path.Combine(_folder.Path, "resnet18.safetensors")),
            Steps = [5],
            Batch = 2,
            Size = 64,
            Threads = 1,
        };
        string whole = Path.Combine(_folder.Path, "whole.retort");
        await Trainer.TrainAsync(dataset, settings, whole);

        string parts = Path.Combine(_folder.Path, "parts.retort");
        using (var stop = new CancellationTokenSource())
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => Trainer.TrainAsync(dataset, settings, parts, new StopAfter(3, stop), stop.Token));
        }

        await Trainer.TrainAsync(dataset, settings with { Resume = true, Threads = 2 }, parts);
        DetectorFile expected = DetectorFile.Read(whole), actual = DetectorFile.Read(parts);
        Assert.Equal(expected.Weights.Select(t => t.Name), actual.Weights.Select(t => t.Name));
        Assert.All(expected.Weights.Zip(actual.Weights), pair => Assert.Equal(pair.First.Data, pair.Second.Data));
        Assert.Equal(expected.Info.Thresholds, actual.Info.Thresholds);
        Assert.Equal(expected.SelfTest.Map, actual.SelfTest.Map);

        using Detector detector = Detector.Load(parts, 1);
        Assert.True(detector.Verify().Passed);
        EvaluationResult result = Evaluator.Evaluate(detector, dataset, new EvaluationSettings());
        Assert.Equal(["joined", "forward", "backward"], result.Components.Select(c => c.Key));
        Assert.Equal((4, 2), (result.Images, result.Anomalous));
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
