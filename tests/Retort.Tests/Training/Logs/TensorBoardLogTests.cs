using Retort.Training;
using Retort.Training.Logs;

namespace Retort.Tests.Training.Logs;

public sealed class TensorBoardLogTests : IDisposable
{
    // Made by hand from the descriptions of the formats, the checksums with a bit-by-bit CRC-32C; the first 12 bytes are those of every event file.
    private const string Head = "1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe9";
    private const string Step300 =
        "5a00000000000000136fb4bf0900001040fc54d94110ac022a4c"
        + "0a130a0c6c6f73732f73747564656e74150000003f"
        + "0a1c0a15736d6f6f746865645f6c6f73732f73747564656e74150000803e"
        + "0a170a1073746570735f7065725f7365636f6e641500000040ddc92759";

    private readonly TemporaryFolder _folder = new();

    private string Runs => Path.Combine(_folder.Path, "runs", "bottle");

    private string Events => Path.Combine(Runs, TensorBoardLog.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_event_file_has_the_bytes_of_the_formats_description()
    {
        using (TensorBoardLog log = Open())
        {
            log.Report(Step(300));
        }

        Assert.Equal(Head + Step300, Convert.ToHexStringLower(File.ReadAllBytes(Events)));
    }

    [Fact]
    public void A_resumed_training_replaces_the_steps_it_does_again_and_one_that_was_cut_short()
    {
        using (TensorBoardLog log = Open())
        {
            log.Report(TrainingProgress.FromNote("reading"));
            foreach (int step in new[] { 1, 2, 3, 400 })
            {
                log.Report(Step(step));
            }
        }

        File.AppendAllText(Events, "\x5a\0\0\0");
        using (TensorBoardLog log = Open(resume: true))
        {
            log.Report(TrainingProgress.FromNote("going on"));
            Assert.Equal([0, 1, 2, 3, 400], Steps());
            log.Report(Step(3));
            log.Report(Step(4));
        }

        Assert.Equal([0, 1, 2, 3, 4], Steps());
        Assert.StartsWith(Head, Convert.ToHexStringLower(File.ReadAllBytes(Events)), StringComparison.Ordinal);
        using (TensorBoardLog log = Open())
        {
            log.Report(Step(1));
        }

        Assert.Equal([0, 1], Steps());
    }

    [Fact]
    public void What_is_no_event_file_of_ours_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(Runs);
        byte[] foreign = new byte[40];
        File.WriteAllBytes(Events, foreign);
        string message = Assert.Throws<RetortException>(() => Open(resume: true)).Message;
        Assert.Equal($"{Events}: this is not the log of a training (the checksum of a record's length does not fit); name the log of the training to go on with, or a file that is not there.", message);
        Assert.Equal(foreign, File.ReadAllBytes(Events));
        File.WriteAllBytes(Events, TensorFlowRecord.Frame(foreign));
        Assert.Contains("an event was not written by Retort", Assert.Throws<RetortException>(() => Open(resume: true)).Message, StringComparison.Ordinal);
    }

    private TensorBoardLog Open(bool resume = false) => new(Runs, resume, new StillClock());

    private List<long> Steps()
    {
        using var file = new FileStream(Events, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var steps = new List<long>();
        while (TensorFlowRecord.TryRead(file, out byte[] data))
        {
            steps.Add(TensorBoardEvent.StepOf(data));
        }

        return steps;
    }

    private static TrainingProgress Step(int step) =>
        new("student", 0, 1, step, 500, 0.5, 0.25, 2, TimeSpan.FromSeconds(step), null) { StepsDone = step };

    private sealed class StillClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250);
    }
}
