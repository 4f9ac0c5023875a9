using System.Text;
using Retort.Data;
using Retort.Fuzzing;
using Retort.Methods;
using Retort.Networks.Weights;
using Retort.Numerics;
using Retort.Tests.Detectors;
using Retort.Tests.Methods.Example;
using Retort.Training;

namespace Retort.Tests.Training;

public sealed class CheckpointFuzzTests : IClassFixture<TeacherFixture>, IDisposable
{
    private const string Head = "checkpoint.json", State = "state.safetensors";

    private static readonly string[] Words = ["null", "-1", "1e999", "1e300", "NaN", "4294967296", "[]", "{}", "\"\"", "true", ",", "\"done\":99,", "\\ud800"];

    private readonly TemporaryFolder _folder = new();
    private readonly AnomalyDataset _dataset;
    private readonly TrainingSettings _settings;
    private readonly string _out;
    private readonly byte[] _file;

    public CheckpointFuzzTests(TeacherFixture teacher)
    {
        _out = Path.Combine(_folder.Path, "out.retort");
        _dataset = AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts"), train: 3));
        _settings = new TrainingSettings { Method = PixelStatistics.Name, Teacher = teacher.Path, Size = 8, Steps = [3, 3], Threads = 1, MethodOptions = [new("fail-at", "5")] };

        // The loss of the fifth step is no number, so the checkpoint is that of the end of the first phase.
        Assert.Throws<RetortException>(() => Train(_settings));
        _file = File.ReadAllBytes(Checkpoint.PathFor(_out));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Damaged_checkpoints_are_gone_on_from_or_refused_and_nothing_else()
    {
        (int refused, int inputs) = Fuzz.Run<RetortException>("checkpoints", 100, [_file], Resume, "");
        Assert.InRange(refused, inputs / 2, inputs);
    }

    // A file may be whole and say nonsense all the same: a forger knows checksums too.
    [Theory]
    [InlineData(Head)]
    [InlineData(State)]
    public void Damaged_parts_with_fitting_checksums_are_gone_on_from_or_refused_and_nothing_else(string part)
    {
        var archive = new ArchiveParts(_file, Head);
        (int refused, int inputs) = Fuzz.Run<RetortException>($"checkpoints' {part}", 100, [archive[part]], bytes => Resume(archive.With(part, bytes)), "", Words);
        Assert.InRange(refused, inputs / 10, inputs);
    }

    [Fact]
    public void A_damaged_state_of_the_optimizer_is_put_back_or_refused_and_nothing_else()
    {
        var options = new EdgeStudentOptions { Size = 64, Batch = 1, Width = 4 };
        IReadOnlyList<NamedTensor> teacher = TeacherFile.Load(SyntheticParts.WriteRandomTeacher(Path.Combine(_folder.Path, "resnet18.safetensors")), 1).Tensors;
        using var pool = new WorkerPool(1);
        var batch = new TrainingBatch(1, options.Size);
        using var earlier = new EdgeStudentTraining(options, teacher, 1, 0, pool);
        earlier.Step(0, 0, batch);
        ILookup<bool, NamedTensor> state = earlier.ExportState().ToLookup(t => t.Name.StartsWith("optimizer.", StringComparison.Ordinal));
        using var file = new MemoryStream();
        SafeTensors.Write(file, [.. state[true]]);
        using var training = new EdgeStudentTraining(options, teacher, 1, 0, pool);
        (int refused, int inputs) = Fuzz.Run<StateMisfitException>("states of optimizers", 100, [file.ToArray()], PutBack, "", ["updates", "phase", "[]", "[0]", "0", ","]);
        Assert.InRange(refused, 1, inputs);

        Assert.Throws<StateMisfitException>(() => training.ImportState([.. earlier.ExportState().Select(t => t.Name == "optimizer.phase" ? new NamedTensor(t.Name, [0], []) : t)]));

        void PutBack(byte[] bytes)
        {
            IReadOnlyList<NamedTensor> read;
            try
            {
                read = SafeTensors.Read(new MemoryStream(bytes), "state").Tensors;
            }
            catch (WeightFileException)
            {
                return; // Such a one is refused before.
            }

            training.ImportState([.. state[false], .. read]);
            training.Step(0, 1, batch);
        }
    }

    [Theory]
    [InlineData("\"done\": 3", "\"done\": 7", "what it says of steps and losses makes no sense")]
    [InlineData("\"done\": 3", "\"done\": 4", "what it says of steps and losses makes no sense")]
    [InlineData("\"seconds\": ", "\"seconds\": 1e300, \"other\": ", "\"seconds\" is not a time")]
    [InlineData("\"waitedSeconds\": ", "\"waitedSeconds\": -1, \"other\": ", "\"waitedSeconds\" is not a time")]
    public void A_checkpoint_that_says_what_cannot_be_is_refused(string right, string wrong, string what)
    {
        var archive = new ArchiveParts(_file, Head);
        string head = Encoding.UTF8.GetString(archive[Head]);
        Assert.Contains(right, head, StringComparison.Ordinal);
        AssertRefused(what, archive.With(Head, Encoding.UTF8.GetBytes(head.Replace(right, wrong, StringComparison.Ordinal))));
    }

    [Fact]
    public void A_state_that_does_not_fit_or_is_not_finite_is_refused_with_the_name_of_the_checkpoint()
    {
        var archive = new ArchiveParts(_file, Head);
        IReadOnlyList<NamedTensor> state = SafeTensors.Read(new MemoryStream(archive[State]), "state").Tensors;
        AssertRefused("Tensor optimizer.steps is missing or does not have 1 values", archive.With(State, Write(state.Where(t => t.Name != "optimizer.steps"))));
        state.Single(t => t.Name == "deviation").Data[5] = float.NaN;
        AssertRefused("deviation holds values that are not finite", archive.With(State, Write(state)));

        static byte[] Write(IEnumerable<NamedTensor> tensors)
        {
            using var file = new MemoryStream();
            SafeTensors.Write(file, [.. tensors]);
            return file.ToArray();
        }
    }

    private void AssertRefused(string what, byte[] file) => Assert.Equal(
        $"{Checkpoint.PathFor(_out)}: this is not a checkpoint file, or it is damaged ({what}); delete it and train anew without --resume.",
        Assert.Throws<RetortException>(() => Resume(file)).Message);

    private void Resume(byte[] bytes)
    {
        string path = Checkpoint.PathFor(_out);
        File.WriteAllBytes(path, bytes);
        try
        {
            Train(_settings with { Resume = true, MethodOptions = [] });
        }
        catch (RetortException refusal)
        {
            // Values may be so forged that what is trained of them shows it only when the thresholds are set.
            Assert.True(refusal.Message.Contains(path, StringComparison.Ordinal) || refusal.Message.EndsWith("train with lower learning rates (--set) or another --seed.", StringComparison.Ordinal), refusal.Message);
            throw;
        }
    }

    private void Train(TrainingSettings settings) => new TrainerRun(_dataset, settings, _out, null, CancellationToken.None).Run();
}
