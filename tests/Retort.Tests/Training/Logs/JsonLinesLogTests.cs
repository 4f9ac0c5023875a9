using Retort.Data;
using Retort.Training;
using Retort.Training.Logs;

namespace Retort.Tests.Training.Logs;

public sealed class JsonLinesLogTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Log => Path.Combine(_folder.Path, "curves.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_step_is_a_line_and_a_note_is_another()
    {
        using (var log = new JsonLinesLog(Log))
        {
            log.Report(TrainingProgress.FromNote("left out: \"größe\".png"));
            log.Report(new TrainingProgress("student", 0, 2, 1, 8, 0.5, 0.25, 2, TimeSpan.FromMilliseconds(1234.5678), null) { StepsDone = 1 });
            log.Report(TrainingProgress.FromNote("warning"));
            log.Report(new TrainingProgress("memory", 1, 2, 3, 8, 1e-17, 2, 2, TimeSpan.FromSeconds(60), null) { StepsDone = 11 });
        }

        Assert.Equal(
            """
            {"note":"left out: \"größe\".png"}
            {"step":1,"phase":"student","phase_step":1,"loss":0.5,"smoothed_loss":0.25,"seconds":1.235}
            {"note":"warning"}
            {"step":11,"phase":"memory","phase_step":3,"loss":1E-17,"smoothed_loss":2,"seconds":60}

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(Log));
    }

    [FullDiskFact]
    public void A_full_disk_is_told_once_and_closing_the_file_does_not_fail()
    {
        using var disk = new SmallDisk(_folder.Path, 4);
        string path = Path.Combine(disk.Path, "curves.jsonl");
        using var log = new JsonLinesLog(path);
        File.WriteAllBytes(Path.Combine(disk.Path, "fill"), new byte[4096]);
        var failure = Assert.Throws<RetortException>(() => log.Report(new TrainingProgress("student", 0, 2, 1, 8, 0.5, 0.25, 2, TimeSpan.FromSeconds(1), null) { StepsDone = 1 }));
        Assert.StartsWith($"{path}: the disk is full;", failure.Message, StringComparison.Ordinal);
        log.Dispose();
    }

    [Fact]
    public async Task A_training_that_was_killed_and_resumed_has_every_step_once()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts")));
        var settings = new TrainingSettings { Method = PixelStatistics.Name, Teacher = teacher.Path, Threads = 1 };
        string path = Path.Combine(_folder.Path, "out.retort");
        using (var log = new JsonLinesLog(Log))
        {
            // Killed at step 13; the last checkpoint is of the end of the first phase, step 8.
            await Assert.ThrowsAsync<InvalidOperationException>(() => Trainer.TrainAsync(dataset, settings, path, new KilledAt(13, log)));
        }

        File.AppendAllText(Log, "{\"step\":14,\"pha");
        using (var log = new JsonLinesLog(Log, resume: true))
        {
            await Trainer.TrainAsync(dataset, settings with { Resume = true }, path, log);
        }

        string[] lines = File.ReadAllLines(Log);
        Assert.Equal(Enumerable.Range(1, 16), lines.Where(l => l.StartsWith("{\"step\":", StringComparison.Ordinal)).Select(l => int.Parse(l.Split(':', ',')[1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Contains("going on after 8 of 16 steps", lines.First(l => l.StartsWith("{\"note\":", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("cannot show a rate", Assert.Single(lines, l => l.StartsWith("{\"note\":\"warning", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_log_is_refused_and_left_alone_when_a_training_is_resumed()
    {
        File.WriteAllText(Log, "my notes\n");
        Assert.StartsWith($"{Log}: this is not the log of a training (a line is not JSON); name ", Assert.Throws<RetortException>(() => new JsonLinesLog(Log, resume: true)).Message, StringComparison.Ordinal);
        File.WriteAllText(Log, "{\"a\":1}\n");
        Assert.Contains("(a line is of another kind)", Assert.Throws<RetortException>(() => new JsonLinesLog(Log, resume: true)).Message, StringComparison.Ordinal);
        Assert.Equal("{\"a\":1}\n", File.ReadAllText(Log));
        using (new JsonLinesLog(Log))
        {
            // Nothing was trained: nothing is replaced.
        }

        Assert.Equal("{\"a\":1}\n", File.ReadAllText(Log));
        string lost = Path.Combine(_folder.Path, "no", "curves.jsonl");
        Assert.Equal($"{lost}: its folder does not exist; make the folder or choose another place.", Assert.Throws<RetortException>(() => new JsonLinesLog(lost)).Message);
    }

    private sealed class KilledAt(int step, StepLog log) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            log.Report(value);
            if (value.StepsDone == step)
            {
                throw new InvalidOperationException("killed");
            }
        }
    }
}
