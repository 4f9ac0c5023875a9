using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Retort.Data;
using Retort.Detectors;
using Retort.Networks.Weights;
using Retort.Training;

namespace Retort.Teachers;

/// <summary>One distillation, from the first check to the weight file.</summary>
internal sealed class DistillationRun
{
    /// <summary>The share of the pictures that is held back to measure on.</summary>
    private const double HeldBackShare = 0.1;

    /// <summary>Batches over which the finished network's statistics are taken, unless there were fewer to train on.</summary>
    private const int MostStatisticsBatches = 100;

    private readonly DistillationSettings _settings;
    private readonly string _outPath;
    private readonly CancellationToken _cancellation;
    private readonly TrainerReports _reports;
    private readonly TrainerLoop _loop;

    public DistillationRun(DistillationSettings settings, string outPath, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        _settings = settings;
        _outPath = outPath;
        _cancellation = cancellation;
        _reports = new TrainerReports(progress, NullLogger.Instance);
        var course = new TrainerCourse
        {
            OutPath = outPath,
            Work = "distillation",
            Subject = "teacher distill",
            Remedy = "distil with a lower --rate or another --seed",
            PhaseNames = ["distillation"],
            Steps = [settings.Steps],
            PhaseCosts = [1],
            Resume = settings.Resume,
            CheckpointEvery = settings.CheckpointEvery,
        };
        _loop = new TrainerLoop(course, _reports, cancellation);
    }

    public DistillationSummary Run()
    {
        // What can go wrong at once goes wrong before the pictures are read.
        using var claim = OutputClaim.Take(_outPath, "distillation");
        AtomicFile.CheckWritable(_outPath);
        TeacherFile teacher = TeacherFile.Load(TrainerTeacher.FindFile(_settings.Teacher, "--from"), DistillationNetwork.Levels);
        string[] paths = [.. _settings.Data.SelectMany(folder => PictureFiles.In(folder, recursive: true))];
        if (paths.Length < TrainerSplit.SmallestSet)
        {
            throw new RetortException($"--data {string.Join(' ', _settings.Data)}: {paths.Length} pictures are too few to distil on; give at least {TrainerSplit.SmallestSet}, better hundreds.");
        }

        IReadOnlyList<NamedTensor>? state = _loop.FindState(Fingerprint(teacher));
        TrainerSplit split = TrainerSplit.Create(paths, HeldBackShare, _settings.Seed);
        using var pool = new WorkerPool(_settings.Threads);
        var validation = new DistillationValidation(Load(split.HeldBack, 0), teacher.Architecture, _settings, pool);
        var crops = new DistillationCrops(Load(split.Training, _settings.MemoryBudget), _settings.Batch, _settings.Crop, _settings.Seed);
        using var training = new DistillationTraining(_settings, teacher, pool);
        if (state is not null)
        {
            _loop.PutBack(() => training.ImportState(state));
        }

        Train(training, crops, validation);
        DistillationErrors errors = validation.Evaluate(training.Parameters);
        _loop.Finish(() => SafeTensors.Write(_outPath, training.ExportFolded(), Metadata(teacher, split, errors), TensorPrecision.Half));
        return new DistillationSummary(
            _settings, teacher.Architecture.Name, teacher.Sha256, split.Training.Count, split.HeldBack.Count, errors, _loop.Elapsed.TotalSeconds, _loop.WaitingShare, new FileInfo(_outPath).Length);
    }

    private void Train(DistillationTraining training, DistillationCrops crops, DistillationValidation validation)
    {
        int statisticsBatches = Math.Min(MostStatisticsBatches, _settings.Steps);
        int length = _settings.Batch * _settings.Crop * _settings.Crop * 3;
        var curve = new DistillationCurve(_outPath, _loop.Done);
        using BatchLoader<float[]> batches = _loop.StartLoading(() => new float[length], _settings.Batch, crops.Fill, more: statisticsBatches);
        _loop.Run(batches, (_, step, batch) => training.Step(step, batch), training.ExportState, () =>
        {
            if (_loop.Done % _settings.ValidateEvery == 0)
            {
                Record(curve, validation.Evaluate(training.Parameters));
            }
        });

        for (int i = 0; i < statisticsBatches; i++)
        {
            training.Gather(batches.Take());
            _loop.StopIfAsked();
        }

        training.Settle();
    }

    private void Record(DistillationCurve curve, DistillationErrors errors)
    {
        _reports.Note(string.Create(CultureInfo.InvariantCulture, $"validation at {_loop.Done}: loss {errors.Loss:0.0000}, cosine {errors.CosineText}"));
        curve.Add(_loop.Done, _loop.Losses[0], errors);
    }

    private CropPictures Load(IReadOnlyList<string> paths, long budget) =>
        _loop.WhileReading(() => CropPictures.Load(paths, budget, _settings.Threads, _cancellation));

    private CheckpointFingerprint Fingerprint(TeacherFile teacher) => CheckpointFingerprint.Create(new Dictionary<string, string>
    {
        ["--data"] = CheckpointFingerprint.HashOfFiles(_settings.Data.Select(folder => (folder, PictureFiles.In(folder, recursive: true)))),
        ["--from"] = CheckpointFingerprint.HashMark + teacher.Sha256,
        ["--steps"] = _settings.Steps.ToString(CultureInfo.InvariantCulture),
        ["--batch"] = _settings.Batch.ToString(CultureInfo.InvariantCulture),
        ["--crop"] = _settings.Crop.ToString(CultureInfo.InvariantCulture),
        ["--rate"] = _settings.Rate.ToString("R", CultureInfo.InvariantCulture),
        ["--seed"] = _settings.Seed.ToString(CultureInfo.InvariantCulture),
    });

    private Dictionary<string, string> Metadata(TeacherFile teacher, TrainerSplit split, DistillationErrors errors) => new()
    {
        ["retort"] = TrainingSummary.CurrentVersion,
        ["network"] = "resnet18 to layer3, batch normalisation folded",
        ["distilled_from"] = $"{teacher.Architecture.Name} sha256:{teacher.Sha256}",
        ["pictures"] = $"{split.Training.Count} trained on, {split.HeldBack.Count} held back",
        ["settings"] = string.Create(CultureInfo.InvariantCulture, $"steps {_settings.Steps}, batch {_settings.Batch}, crop {_settings.Crop}, rate {_settings.Rate}, seed {_settings.Seed}"),
        ["cosine"] = errors.CosineText,
    };
}
