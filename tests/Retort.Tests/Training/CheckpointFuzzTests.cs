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
