using System.Diagnostics;
using System.Globalization;
using Retort.Data;
using Retort.Detectors;
using Retort.Networks.Weights;
using Retort.Training;

namespace Retort.Teachers;

/// <summary>One distillation, from the first check to the weight file.</summary>
internal sealed class DistillationRun
{
    private const string Phase = "distillation";

    /// <summary>The loss that is shown is a mean over about this many steps.</summary>
    private const int LossWindow = 50;

    /// <summary>The share of the pictures that is held back to measure on.</summary>
    private const double HeldBackShare = 0.1;

    /// <summary>Batches over which the finished network's statistics are taken, unless there were fewer to train on.</summary>
    private const int MostStatisticsBatches = 100;

    private readonly DistillationSettings _settings;
    private readonly string _outPath;
    private readonly string _checkpointPath;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private double _loss;
    private double _waitedBefore;

    public DistillationRun(DistillationSettings settings, string outPath, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        _settings = settings;
        _outPath = outPath;
        _checkpointPath = Checkpoint.PathFor(outPath);
        _progress = progress;
        _cancellation = cancellation;
    }

    public DistillationSummary Run()
    {
        // What can go wrong at once goes wrong before the pictures are read.
        using var claim = OutputClaim.Take(_outPath, "distillation");
        AtomicFile.CheckWritable(_outPath);
        TeacherFile teacher = TeacherFile.Load(TrainerTeacher.FindFile(_settings.Teacher), _settings.Architecture, DistillationNetwork.Levels);
        string[] paths = [.. _settings.Data.SelectMany(folder => PictureFiles.In(folder, recursive: true))];
        if (paths.Length < TrainerSplit.SmallestSet)
        {
            throw new RetortException($"--data {string.Join(' ', _settings.Data)}: {paths.Length} pictures are too few to distil on; give at least {TrainerSplit.SmallestSet}, better hundreds.");
        }

        CheckpointFingerprint fingerprint = Fingerprint(teacher);
        Checkpoint? checkpoint = FindCheckpoint(fingerprint);
        TrainerSplit split = TrainerSplit.Create(paths, HeldBackShare, _settings.Seed);
        using var pool = new WorkerPool(_settings.Threads);
        var validation = new DistillationValidation(Load(split.HeldBack, 0), _settings.Architecture, _settings.Seed, pool);
        var crops = new DistillationCrops(Load(split.Training, _settings.MemoryBudget), _settings.Batch, _settings.Crop, _settings.Seed);
        using var training = new DistillationTraining(_settings, teacher.Tensors, pool);
        var pace = new TrainerPace([_settings.Steps], [1], TimeSpan.FromSeconds(checkpoint?.Seconds ?? 0), TimeProvider.System);
        double waited = Train(training, crops, validation, fingerprint, checkpoint, pace);
        DistillationErrors errors = validation.Evaluate(training.Parameters);
        SafeTensors.Write(_outPath, training.ExportFolded(), Metadata(teacher, split, errors), TensorPrecision.Half);
        File.Delete(_checkpointPath);
        double seconds = pace.Elapsed.TotalSeconds;
        return new DistillationSummary(
            _settings, teacher.Sha256, split.Training.Count, split.HeldBack.Count, errors, seconds, Math.Min(1, waited / seconds), new FileInfo(_outPath).Length);
    }

    private double Train(
        DistillationTraining training, DistillationCrops crops, DistillationValidation validation, CheckpointFingerprint fingerprint, Checkpoint? checkpoint, TrainerPace pace)
    {
        long done = checkpoint?.Done ?? 0;
        if (checkpoint is not null)
        {
            training.ImportState(checkpoint.State);
            (_loss, _waitedBefore) = (checkpoint.Losses[0], checkpoint.WaitedSeconds);
        }

        int statisticsBatches = Math.Min(MostStatisticsBatches, _settings.Steps);
        var curve = new DistillationCurve(_outPath, done);
        int length = _settings.Batch * _settings.Crop * _settings.Crop * 3;
        int loaders = Math.Clamp(Environment.ProcessorCount / 4, 1, 4);
        using var loader = new BatchLoader<float[]>(() => new float[length], _settings.Batch, done, (long)_settings.Steps + statisticsBatches, loaders, crops.Fill);
        long saved = Stopwatch.GetTimestamp();
        while (done < _settings.Steps)
        {
            double loss = training.Step((int)done, loader.Take());
            Count((int)done, loss);
            done++;
            pace.Count(0);
            _progress?.Report(new TrainingProgress(
                Phase, 0, 1, (int)done, _settings.Steps, loss, _loss, pace.StepsPerSecond, pace.Elapsed, pace.Remaining(done)));
            if (done % _settings.ValidateEvery == 0)
            {
                Record(curve, done, validation.Evaluate(training.Parameters));
                pace.LeaveOut();
            }

            bool cancelled = _cancellation.IsCancellationRequested;
            if (cancelled || done == _settings.Steps || Stopwatch.GetElapsedTime(saved) >= _settings.CheckpointEvery)
            {
                double waited = _waitedBefore + loader.Waited.TotalSeconds;
                Save(new Checkpoint(fingerprint, done, [_loss], pace.Elapsed.TotalSeconds, waited, training.ExportState()), cancelled);
                saved = Stopwatch.GetTimestamp();
                pace.LeaveOut();
            }

            StopIfAsked(done);
        }

        for (int i = 0; i < statisticsBatches; i++)
        {
            training.Gather(loader.Take());
            StopIfAsked(done);
        }

        training.Settle();
        return _waitedBefore + loader.Waited.TotalSeconds;
    }

    private void Count(int step, double loss)
    {
        if (!double.IsFinite(loss))
        {
            throw new RetortException($"The loss is not a number any more at step {step + 1}; distil with a lower --rate or another --seed.");
        }

        _loss += (loss - _loss) / Math.Min(step + 1, LossWindow);
    }

    private void Record(DistillationCurve curve, long done, DistillationErrors errors)
    {
        Note(string.Create(
            CultureInfo.InvariantCulture,
            $"validation at {done}: loss {errors.Loss:0.0000}, cosine {string.Join(' ', errors.Cosine.Select(d => (1 - d).ToString("0.0000", CultureInfo.InvariantCulture)))}"));
        curve.Add(done, _loss, errors);
    }

    private CropPictures Load(IReadOnlyList<string> paths, long budget)
    {
        try
        {
            return CropPictures.Load(paths, budget, _settings.Threads, _cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException("stopped while pictures were read; no step was done.", _cancellation);
        }
    }

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

    private Checkpoint? FindCheckpoint(CheckpointFingerprint fingerprint)
    {
        bool exists = File.Exists(_checkpointPath);
        if (!_settings.Resume || !exists)
        {
            if (exists)
            {
                Note($"{_checkpointPath}: a checkpoint of an earlier distillation is here and will be replaced (--resume would go on from it).");
            }
            else if (_settings.Resume)
            {
                Note($"{_checkpointPath}: there is no checkpoint to resume from, so distillation starts from the beginning.");
            }

            return null;
        }

        Checkpoint checkpoint = Checkpoint.Read(_checkpointPath, fingerprint);
        Note($"{_checkpointPath}: going on after {checkpoint.Done} of {_settings.Steps} steps.");
        return checkpoint;
    }

    private void Save(Checkpoint checkpoint, bool needed)
    {
        try
        {
            checkpoint.Write(_checkpointPath);
        }
        catch (RetortException failure) when (!needed)
        {
            // Hours of training are worth more than one of its checkpoints, and there may be room again for the next.
            Note($"warning: {failure.Message} Distillation goes on without this checkpoint.");
        }
    }

    private void StopIfAsked(long done)
    {
        if (_cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(
                $"stopped after {done} of {_settings.Steps} steps; the same command with --resume goes on from {_checkpointPath}.", _cancellation);
        }
    }

    private Dictionary<string, string> Metadata(TeacherFile teacher, TrainerSplit split, DistillationErrors errors) => new()
    {
        ["retort"] = TrainingSummary.CurrentVersion,
        ["network"] = "resnet18 to layer3, batch normalisation folded",
        ["distilled_from"] = $"{_settings.Architecture.Name} sha256:{teacher.Sha256}",
        ["pictures"] = $"{split.Training.Count} trained on, {split.HeldBack.Count} held back",
        ["settings"] = string.Create(CultureInfo.InvariantCulture, $"steps {_settings.Steps}, batch {_settings.Batch}, crop {_settings.Crop}, rate {_settings.Rate}, seed {_settings.Seed}"),
        ["cosine"] = string.Join(' ', errors.Cosine.Select(d => (1 - d).ToString("0.0000", CultureInfo.InvariantCulture))),
    };

    private void Note(string text) => _progress?.Report(TrainingProgress.FromNote(text));
}
