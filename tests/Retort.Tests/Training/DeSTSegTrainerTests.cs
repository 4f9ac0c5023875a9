using Retort.Data;
using Retort.Detectors;
using Retort.Training;

namespace Retort.Tests.Training;

/// <summary>The real method, all the way round: some steps of each phase, stopped and resumed.</summary>
public sealed class DeSTSegTrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_resumed_training_with_other_threads_gives_the_same_detector_as_one_that_was_not_interrupted()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts"), 10));
        var settings = new TrainingSettings
        {
            Method = "destseg",
            Teacher = SyntheticParts.WriteRandomTeacher(Path.Combine(_folder.Path, "resnet18.safetensors")),
            Steps = [3, 2],
            Batch = 2,
            Size = 64,
            Threads = 1,
        };
        string whole = Path.Combine(_folder.Path, "whole.retort");
        await Trainer.TrainAsync(dataset, settings, whole);

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
        Assert.Equal(expected.Info.Thresholds, actual.Info.Thresholds);
        Assert.Equal(expected.SelfTest.Map, actual.SelfTest.Map);
        Assert.Equal(expected.Info.Training.Phases, actual.Info.Training.Phases);

        using Detector detector = Detector.Load(parts, 1);
        Assert.True(detector.Verify().Passed);
        Inspection inspection = detector.Inspect(SyntheticParts.Part(1, true));
        Assert.Equal((64, 64), (inspection.Map.Width, inspection.Map.Height));
        Assert.All(inspection.Map.Values, v => Assert.InRange(v, 0, 1));
    }

    /// <summary>Cancels when so many steps of the whole run are done.</summary>
    private sealed class StopAfter(int steps, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            int done = value.Step + (value.PhaseIndex == 1 ? 3 : 0);
            if (value.Note is null && done == steps)
            {
                stop.Cancel();
            }
        }
    }
}
