using Retort.Calibration;
using Retort.Corruption;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Methods;
using Retort.Networks.Weights;
using Retort.Numerics;
using Retort.Teachers;

namespace Retort.Training;

/// <summary>One training, from the first check to the detector file.</summary>
internal sealed class TrainerRun
{
    private readonly AnomalyDataset _dataset;
    private readonly TrainingSettings _settings;
    private readonly string _outPath;
    private readonly CancellationToken _cancellation;
    private readonly MethodOptions _options;
    private readonly TrainerReports _reports;
    private readonly TrainerLoop _loop;
    private readonly List<string> _warnings = [];
    private int _leftOut;

    public TrainerRun(AnomalyDataset dataset, TrainingSettings settings, string outPath, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        _dataset = dataset;
        _settings = settings;
        _outPath = outPath;
        _cancellation = cancellation;
        _options = settings.CreateOptions();
        _reports = new TrainerReports(progress, settings.Logger);
        var course = new TrainerCourse
        {
            OutPath = outPath,
            Work = "training",
            Subject = settings.Method,
            Remedy = "train with lower learning rates (--set) or another --seed",
            PhaseNames = _options.PhaseNames,
            Steps = _options.Steps,
            PhaseCosts = _options.PhaseCosts,
            Resume = settings.Resume,
            CheckpointEvery = settings.CheckpointEvery,
        };
        _loop = new TrainerLoop(course, _reports, cancellation);
    }

    public TrainingSummary Run()
    {
        // What can go wrong at once goes wrong before the pictures are read.
        using var claim = OutputClaim.Take(_outPath);
        AtomicFile.CheckWritable(_outPath);
        TrainerSplit split = TrainerSplit.Create(_dataset.RequireTrain(), _settings.HeldBack, _settings.Seed);
        TeacherSource source = TrainerTeacher.Find(_settings, _options);
        TeacherFile teacher = source.Load();
        IReadOnlyList<NamedTensor>? state = _loop.FindState(CheckpointFingerprint.Create(_settings, _options, _dataset, teacher.Sha256));

        ICorruptor corruptor = CreateCorruptor();
        split = Check(split);
        ISampleSource training = LoadTraining(split.Training);
        TrainerLog.Started(_settings.Logger, _settings.Method, training.Count, _dataset.Name, _loop.Schedule.Total);
        TrainerSamples samples = new(training, corruptor, _loop.Schedule, _settings.Seed);
        IReadOnlyList<NamedTensor> weights = Train(teacher, samples, state);
        try
        {
            return Finish(split, training, weights, source.Name, teacher.Sha256);
        }
        catch (OperationCanceledException)
        {
            throw _loop.Stopped("stopped while the thresholds were set");
        }
    }

    // Whether pictures can be inspected shows before training, not after it. Those to train on that are whole, or cut into tiles, are read at once anyway.
    private TrainerSplit Check(TrainerSplit split) => new(
        _settings.Layout.IsWhole || _settings.Layout.Tiling is not null ? split.Training : Usable(split.Training, atLeastOne: true),
        Usable(split.HeldBack, atLeastOne: false));

    private IReadOnlyList<string> Usable(IReadOnlyList<string> paths, bool atLeastOne) => _loop.WhileReading(() =>
        PictureCheck.Usable(paths, _settings.Layout, _options.Size, _settings.BadPictures, LeaveOut, _settings.Threads, _cancellation, atLeastOne));

    private ISampleSource LoadTraining(IReadOnlyList<string> paths) => _settings.Layout.Tiling is null
        ? Load(paths)
        : _loop.WhileReading(() => TileCache.Load(
            paths, _settings.Layout, _options.Size, _settings.Tiles, _settings.Seed, _settings.BadPictures, LeaveOut, _settings.MemoryBudget, _settings.Threads, _cancellation));

    private PictureCache Load(IReadOnlyList<string> paths) => _loop.WhileReading(() =>
        PictureCache.Load(paths, _options.Size, _settings.BadPictures, LeaveOut, _settings.MemoryBudget, _settings.Threads, _cancellation));

    private ICorruptor CreateCorruptor()
    {
        if (_settings.Textures is not null && !_options.Corruption.NeedsTextures)
        {
            _reports.Note($"--textures: {_options.MethodName} with these options makes no anomalies, so {_settings.Textures} is not used.");
        }

        return _options.Corruption.Create(_options.Size, _settings.Rotation, Normalization.ImageNet, () => _settings.Textures is { } folder
            ? FolderTextures.Open(folder, _options.Size, _settings.BadPictures, LeaveOut, _settings.MemoryBudget)
            : new ProceduralTextures(_options.Size));
    }

    private IReadOnlyList<NamedTensor> Train(TeacherFile teacher, TrainerSamples samples, IReadOnlyList<NamedTensor>? state)
    {
        using var pool = new WorkerPool(_settings.Threads);
        using ITrainingRun run = MethodCatalog.Get(_settings.Method).StartTraining(_options, teacher.Tensors, _options.Batch, _settings.Seed, pool);
        if (state is not null)
        {
            _loop.PutBack(() => run.ImportState(state));
        }

        using BatchLoader<TrainingBatch> batches = _loop.StartLoading(() => new TrainingBatch(_options.Batch, _options.Size), _options.Batch, samples.Fill);
        _loop.Run(batches, run.Step, run.ExportState);
        return run.ExportWeights();
    }

    private TrainingSummary Finish(TrainerSplit split, ISampleSource training, IReadOnlyList<NamedTensor> weights, string teacher, string teacherSha256)
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
            Teacher = teacher,
            TeacherSha256 = teacherSha256,
            Thresholds = Thresholds.Unset,
            Layout = _settings.Layout,
            Training = Summarise(training, source == ThresholdBasis.HeldBack ? good.Paths : []),
        };
        var draft = new DetectorFile(info, weights, new SelfTest([], [], 0));
        DetectorFile file = TrainerCalibration.Complete(draft, good, source, _settings.Calibration, _settings.Threads, _cancellation);
        foreach (string warning in file.Info.Thresholds.Basis.Warnings)
        {
            _reports.Warn(warning);
        }

        _loop.Finish(() => file.Write(_outPath));
        TrainerLog.Ended(_settings.Logger, _outPath, _loop.Elapsed.TotalSeconds);
        return file.Info.Training;
    }

    // A detector that does not look at whole pictures reads them itself.
    private PictureCache AsInspected(ISampleSource training) => _settings.Layout.IsWhole ? (PictureCache)training : Unread(training.Paths);

    private PictureCache Unread(IReadOnlyList<string> paths) => new(paths, _options.Size, budget: 0);

    private TrainingSummary Summarise(ISampleSource training, IReadOnlyList<string> heldBack) => new()
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
        Phases = [.. _options.PhaseNames.Select((name, i) => new PhaseSummary(name, _options.Steps[i], _loop.Losses.ElementAtOrDefault(i)))],
        Seconds = _loop.Elapsed.TotalSeconds,
        WaitingShare = _loop.WaitingShare,
        Warnings = [.. _warnings],
    };

    private void LeaveOut(string path, ImageException why)
    {
        // Called by the loader's threads too.
        Interlocked.Increment(ref _leftOut);
        _reports.Warn(why.Message, "left out");
    }

    private void Warn(string text)
    {
        _warnings.Add(text);
        _reports.Warn(text);
    }
}
