using System.Diagnostics;
using Retort.Calibration;
using Retort.Corruption;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Methods;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Training;

/// <summary>One training, from the first check to the detector file.</summary>
internal sealed class TrainerRun
{
    /// <summary>The loss that is shown is a mean over about this many steps.</summary>
    private const int LossWindow = 50;

    private readonly AnomalyDataset _dataset;
    private readonly TrainingSettings _settings;
    private readonly string _outPath;
    private readonly string _checkpointPath;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly MethodOptions _options;
    private readonly TrainerSchedule _schedule;
    private readonly Lock _reporting = new();
    private readonly List<string> _warnings = [];
    private readonly List<double> _losses = [];
    private int _leftOut;
    private CheckpointFingerprint? _fingerprint;
    private double _waitedBefore;

    public TrainerRun(AnomalyDataset dataset, TrainingSettings settings, string outPath, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        _dataset = dataset;
        _settings = settings;
        _outPath = outPath;
        _checkpointPath = Checkpoint.PathFor(outPath);
        _progress = progress;
        _cancellation = cancellation;
        _options = settings.CreateOptions();
        _schedule = new TrainerSchedule(_options.Steps);
    }

    public TrainingSummary Run()
    {
        // What can go wrong at once goes wrong before the pictures are read.
        using var claim = OutputClaim.Take(_outPath);
        AtomicFile.CheckWritable(_outPath);
        TrainerSplit split = TrainerSplit.Create(_dataset.RequireTrain(), _settings.HeldBack, _settings.Seed);
        TeacherFile teacher = TeacherFile.Load(TrainerTeacher.FindFile(_settings, _options), _options.Teacher);
        _fingerprint = CheckpointFingerprint.Create(_settings, _options, _dataset, teacher.Sha256);
        Checkpoint? checkpoint = FindCheckpoint();

        ICorruptor corruptor = CreateCorruptor();
        split = Check(split);
        ISampleSource training = LoadTraining(split.Training);
        TrainerLog.Started(_settings.Logger, _settings.Method, training.Count, _dataset.Name, _schedule.Total);
        TrainerSamples samples = new(training, corruptor, _schedule, _settings.Seed);
        (IReadOnlyList<NamedTensor> weights, TrainerPace pace, double waited) = Train(teacher, samples, checkpoint);
        try
        {
            return Finish(split, training, teacher, weights, pace, waited);
        }
        catch (OperationCanceledException)
        {
            throw Stopped("stopped while the thresholds were set");
        }
    }

    private Checkpoint? FindCheckpoint()
    {
        bool exists = File.Exists(_checkpointPath);
        if (!_settings.Resume)
        {
            Note(exists ? $"{_checkpointPath}: a checkpoint of an earlier training is here and will be replaced (--resume would go on from it)." : null);
            return null;
        }

        if (!exists)
        {
            Note($"{_checkpointPath}: there is no checkpoint to resume from, so training starts from the beginning.");
            return null;
        }

        Checkpoint checkpoint = Checkpoint.Read(_checkpointPath, _fingerprint!);
        Note($"{_checkpointPath}: going on after {checkpoint.Done} of {_schedule.Total} steps.");
        return checkpoint;
    }

    // Whether pictures can be inspected shows before training, not after it. Tiles to train on are cut of those that can.
    private TrainerSplit Check(TrainerSplit split) => _settings.Layout.IsWhole
        ? split
        : new TrainerSplit(_settings.Layout.Tiling is null ? Usable(split.Training) : split.Training, Usable(split.HeldBack));

    private IReadOnlyList<string> Usable(IReadOnlyList<string> paths) => WhileReading(() =>
        PictureCheck.Usable(paths, _settings.Layout, _options.Size, _settings.BadPictures, LeaveOut, _settings.Threads, _cancellation));

    private ISampleSource LoadTraining(IReadOnlyList<string> paths) => _settings.Layout.Tiling is null
        ? Load(paths)
        : WhileReading(() => TileCache.Load(
            paths, _settings.Layout, _options.Size, _settings.Tiles, _settings.Seed, _settings.BadPictures, LeaveOut, _settings.MemoryBudget, _settings.Threads, _cancellation));

    private PictureCache Load(IReadOnlyList<string> paths) => WhileReading(() =>
        PictureCache.Load(paths, _options.Size, _settings.BadPictures, LeaveOut, _settings.MemoryBudget, _settings.Threads, _cancellation));

    private T WhileReading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (OperationCanceledException)
        {
            const string where = "stopped while pictures were read";
            throw _settings.Resume && File.Exists(_checkpointPath) ? Stopped(where) : new OperationCanceledException(where + "; no step was done.");
        }
    }

    private ICorruptor CreateCorruptor()
    {
        if (_settings.Textures is not null && !_options.Corruption.NeedsTextures)
        {
            Note($"--textures: {_options.MethodName} with these options makes no anomalies, so {_settings.Textures} is not used.");
        }

        return _options.Corruption.Create(_options.Size, _settings.Rotation, Normalization.ImageNet, () => _settings.Textures is { } folder
            ? FolderTextures.Open(folder, _options.Size, _settings.BadPictures, LeaveOut, _settings.MemoryBudget)
            : new ProceduralTextures(_options.Size));
    }

    private (IReadOnlyList<NamedTensor> Weights, TrainerPace Pace, double Waited) Train(TeacherFile teacher, TrainerSamples samples, Checkpoint? checkpoint)
    {
        long done = checkpoint?.Done ?? 0;
        using var pool = new WorkerPool(_settings.Threads);
        using ITrainingRun run = MethodCatalog.Get(_settings.Method).StartTraining(_options, teacher.Tensors, _options.Batch, _settings.Seed, pool);
        if (checkpoint is not null)
        {
            run.ImportState(checkpoint.State);
            _losses.AddRange(checkpoint.Losses);
            _waitedBefore = checkpoint.WaitedSeconds;
        }

        var pace = new TrainerPace(_options.Steps, _options.PhaseCosts, TimeSpan.FromSeconds(checkpoint?.Seconds ?? 0), TimeProvider.System);
        int loaders = Math.Clamp(Environment.ProcessorCount / 4, 1, 4);
        using var loader = new BatchLoader(_options.Batch, _options.Size, done, _schedule.Total, loaders, samples.Fill);
        long saved = Stopwatch.GetTimestamp();
        while (done < _schedule.Total)
        {
            (int phase, int step) = _schedule.Locate(done);
            double loss = run.Step(phase, step, loader.Take());
            Count(phase, step, loss);
            done++;
            pace.Count(phase);
            Report(phase, step, loss, pace, done);

            if (step + 1 == _options.Steps[phase])
            {
                TrainerLog.PhaseEnded(_settings.Logger, _options.PhaseNames[phase], step + 1, _losses[phase]);
            }

            bool cancelled = _cancellation.IsCancellationRequested;
            if (cancelled || step + 1 == _options.Steps[phase] || Stopwatch.GetElapsedTime(saved) >= _settings.CheckpointEvery)
            {
                double waited = _waitedBefore + loader.Waited.TotalSeconds;
                Save(new Checkpoint(_fingerprint!, done, _losses, pace.Elapsed.TotalSeconds, waited, run.ExportState()), cancelled);
                saved = Stopwatch.GetTimestamp();
                pace.LeaveOut();
            }

            if (cancelled)
            {
                throw Stopped($"stopped after {done} of {_schedule.Total} steps");
            }
        }

        return (run.ExportWeights(), pace, _waitedBefore + loader.Waited.TotalSeconds);
    }

    private void Save(Checkpoint checkpoint, bool needed)
    {
        try
        {
            checkpoint.Write(_checkpointPath);
            TrainerLog.CheckpointWritten(_settings.Logger, _checkpointPath, checkpoint.Done);
        }
        catch (RetortException failure) when (!needed)
        {
            // Hours of training are worth more than one of its checkpoints, and there may be room again for the next.
            Caution($"{failure.Message} Training goes on without this checkpoint.");
        }
    }

    private void Count(int phase, int step, double loss)
    {
        if (!double.IsFinite(loss))
        {
            string kept = File.Exists(_checkpointPath) ? $" ({_checkpointPath} is from before)" : "";
            throw new RetortException(
                $"{_settings.Method}: the loss is not a number any more at step {step + 1} of phase {_options.PhaseNames[phase]}; train with lower learning rates (--set) or another --seed{kept}.");
        }

        while (_losses.Count <= phase)
        {
            _losses.Add(0);
        }

        _losses[phase] += (loss - _losses[phase]) / Math.Min(step + 1, LossWindow);
    }

    private TrainingSummary Finish(TrainerSplit split, ISampleSource training, TeacherFile teacher, IReadOnlyList<NamedTensor> weights, TrainerPace pace, double waited)
    {
        string source = split.HeldBack.Count > 0 ? ThresholdBasis.HeldBack : ThresholdBasis.TrainingPictures;
        PictureCache good = source == ThresholdBasis.TrainingPictures ? AsInspected(training) : _settings.Layout.IsWhole ? Load(split.HeldBack) : Unread(split.HeldBack);
        if (_leftOut > 0)
        {
            Warn($"{_leftOut} {(_leftOut == 1 ? "picture" : "pictures")} could not be read and {(_leftOut == 1 ? "was" : "were")} left out.");
        }

        var info = new DetectorInfo
        {
            Method = _settings.Method,
            Options = _options.ToJson(),
            Size = _options.Size,
            Normalization = Normalization.ImageNet,
            Teacher = _options.Teacher.Name,
            TeacherSha256 = teacher.Sha256,
            Thresholds = Thresholds.Unset,
            Layout = _settings.Layout,
            Training = Summarise(training, source == ThresholdBasis.HeldBack ? good.Paths : [], pace, waited),
        };
        var draft = new DetectorFile(info, weights, new SelfTest([], [], 0));
        DetectorFile file = TrainerCalibration.Complete(draft, good, source, _settings.Calibration, _settings.Threads, _cancellation);
        foreach (string warning in file.Info.Thresholds.Basis.Warnings)
        {
            Note("warning: " + warning);
        }

        try
        {
            file.Write(_outPath);
        }
        catch (RetortException failure) when (File.Exists(_checkpointPath))
        {
            throw new RetortException($"{failure.Message.TrimEnd('.')}; the same command with --resume goes on from {_checkpointPath}.", failure);
        }

        File.Delete(_checkpointPath);
        TrainerLog.Ended(_settings.Logger, _outPath, pace.Elapsed.TotalSeconds);
        return file.Info.Training;
    }

    // A detector that does not look at whole pictures reads them itself.
    private PictureCache AsInspected(ISampleSource training) => _settings.Layout.IsWhole ? (PictureCache)training : Unread(training.Paths);

    private PictureCache Unread(IReadOnlyList<string> paths) => new(paths, _options.Size, budget: 0);

    private TrainingSummary Summarise(ISampleSource training, IReadOnlyList<string> heldBack, TrainerPace pace, double waited) => new()
    {
        RetortVersion = TrainingSummary.CurrentVersion,
        Dataset = _dataset.Name,
        Pictures = training.Paths.Count,
        Tiles = _settings.Layout.Tiling is null ? null : training.Count,
        HeldBack = heldBack.Count,
        HeldBackDigests = [.. heldBack.Select(path => PictureDigest.Of(path) ?? "")],
        Preset = _settings.Preset,
        Textures = !_options.Corruption.NeedsTextures ? "none" : _settings.Textures is { } folder ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) : "procedural",
        Rotation = _settings.Rotation.ToString().ToLowerInvariant(),
        Seed = _settings.Seed,
        Threads = _settings.Threads == 0 ? Environment.ProcessorCount : _settings.Threads,
        Phases = [.. _options.PhaseNames.Select((name, i) => new PhaseSummary(name, _options.Steps[i], _losses.ElementAtOrDefault(i)))],
        Seconds = pace.Elapsed.TotalSeconds,
        WaitingShare = pace.Elapsed > TimeSpan.Zero ? Math.Min(1, waited / pace.Elapsed.TotalSeconds) : 0,
        Warnings = [.. _warnings],
    };

    private OperationCanceledException Stopped(string where) =>
        new($"{where}; the same command with --resume goes on from {_checkpointPath}.", _cancellation);

    private void LeaveOut(string path, ImageException why)
    {
        // Called by the loader's threads too.
        Interlocked.Increment(ref _leftOut);
        TrainerLog.Warning(_settings.Logger, why.Message);
        Tell($"left out: {why.Message}");
    }

    private void Warn(string text)
    {
        _warnings.Add(text);
        Caution(text);
    }

    private void Caution(string text)
    {
        TrainerLog.Warning(_settings.Logger, text);
        Tell("warning: " + text);
    }

    private void Note(string? text)
    {
        if (text is not null)
        {
            TrainerLog.Note(_settings.Logger, text);
            Tell(text);
        }
    }

    private void Tell(string text)
    {
        lock (_reporting)
        {
            _progress?.Report(TrainingProgress.FromNote(text));
        }
    }

    private void Report(int phase, int step, double loss, TrainerPace pace, long done)
    {
        lock (_reporting)
        {
            _progress?.Report(new TrainingProgress(
                _options.PhaseNames[phase],
                phase,
                _options.Steps.Count,
                step + 1,
                _options.Steps[phase],
                loss,
                _losses[phase],
                pace.StepsPerSecond,
                pace.Elapsed,
                pace.Remaining(done))
            {
                StepsDone = done,
            });
        }
    }
}
