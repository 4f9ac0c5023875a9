using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Training;

namespace Retort.Tests.Training;

/// <summary>Mutual mapping all the way round: some steps without a memory and some with it, stopped and resumed, evaluated.</summary>
public sealed class MutualMappingTrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_resumed_training_with_other_threads_gives_the_same_detector_as_one_that_was_not_interrupted()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts"), 10));
        var settings = new TrainingSettings
        {
            Method = "mutual-mapping",
            Preset = "quick",
            Teacher = SyntheticParts.WriteRandomTeacher(Path.Combine(_folder.Path, "resnet18.safetensors")),
            Steps = [2, 3],
            Batch = 2,
            Size = 64,
            Threads = 1,
        };
        string whole = Path.Combine(_folder.Path, "whole.retort");
        await Trainer.TrainAsync(dataset, settings, whole);

        // Stopped between the phases, where slots are still to be made, and within the second, where they must not be made again.
        string parts = Path.Combine(_folder.Path, "parts.retort");
        foreach (int stopAfter in (int[])[2, 4])
        {
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAsync<OperationCanceledException>(() =>
                Trainer.TrainAsync(dataset, settings with { Resume = stopAfter > 2 }, parts, new StopAfter(stopAfter, stop), stop.Token));
        }

        await Trainer.TrainAsync(dataset, settings with { Resume = true, Threads = 2 }, parts);
        DetectorFile expected = DetectorFile.Read(whole);
        DetectorFile actual = DetectorFile.Read(parts);
        Assert.Equal(expected.Weights.Select(t => t.Name), actual.Weights.Select(t => t.Name));
        Assert.All(expected.Weights.Zip(actual.Weights), pair => Assert.Equal(pair.First.Data, pair.Second.Data));
        Assert.Equal(expected.SelfTest.Map, actual.SelfTest.Map);
        Assert.Equal(["student", "memory"], actual.Info.Training.Phases.Select(p => p.Name));
        Assert.Equal([50, 512], actual.Weights.Single(t => t.Name == "memory.slots").Shape);

        using Detector detector = Detector.Load(parts, 1);
        Assert.True(detector.Verify().Passed);
        EvaluationResult result = Evaluator.Evaluate(detector, dataset, new EvaluationSettings());
        Assert.Equal(["distance"], result.Components.Select(c => c.Key));
        Assert.InRange(result.Components.Single().Value.ImageAuroc!.Value, 0, 1);
    }

    /// <summary>Cancels when so many steps of the whole run are done.</summary>
    private sealed class StopAfter(int steps, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            int done = value.Step + (value.PhaseIndex == 1 ? 2 : 0);
            if (value.Note is null && done == steps)
            {
                stop.Cancel();
            }
        }
    }
}
