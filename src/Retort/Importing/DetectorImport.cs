using Retort.Calibration;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Methods;
using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Training;

namespace Retort.Importing;

/// <summary>Makes detectors of other implementations' checkpoints.</summary>
public static class DetectorImport
{
    private static readonly ICheckpointFormat[] All = [new DeSTSegCheckpoint(), new ReverseDistillationCheckpoint()];

    /// <summary>Whose checkpoints can be imported.</summary>
    public static IReadOnlyList<string> Formats { get; } = [.. All.Select(f => f.Id)];

    /// <summary>Reads a checkpoint, sets the thresholds on good pictures, and writes the detector.</summary>
    /// <param name="settings">The checkpoint.</param>
    /// <param name="dataset">Its good training pictures set the thresholds, which a checkpoint does not have.</param>
    /// <param name="outPath">The detector file to write.</param>
    /// <param name="note">Is told of what happens, a sentence each; may be null.</param>
    /// <param name="cancellation">Stops it; nothing is written then.</param>
    /// <returns>What the detector is.</returns>
    /// <exception cref="RetortException">There is no such format, a tensor is missing, superfluous, of another shape or not finite, the pictures or the output are not usable.</exception>
    /// <exception cref="ImageException">A picture cannot be read and the policy is to stop.</exception>
    /// <exception cref="WeightFileException">A file of weights cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DetectorInfo Run(ImportSettings settings, AnomalyDataset dataset, string outPath, Action<string>? note = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(dataset);
        using var claim = OutputClaim.Take(outPath, "import");
        AtomicFile.CheckWritable(outPath);
        IReadOnlyList<string> pictures = dataset.RequireTrain();
        DetectorFile draft = Read(settings, note);
        PictureCache good = PictureCache.Load(
            pictures, draft.Info.Size, settings.BadPictures, (_, why) => note?.Invoke($"left out: {why.Message}"), threads: settings.Threads, cancellation: cancellation);
        note?.Invoke($"setting the thresholds on {good.Count} good pictures");
        DetectorFile file = TrainerCalibration.Complete(draft, good, ThresholdBasis.GivenPictures, settings.Calibration, settings.Threads, cancellation);
        file.Write(outPath);
        return file.Info;
    }

    /// <summary>Reads a checkpoint as a detector that has no thresholds and no self-test yet.</summary>
    internal static DetectorFile Read(ImportSettings settings, Action<string>? note = null)
    {
        ICheckpointFormat format = All.FirstOrDefault(f => f.Id == settings.From)
            ?? throw new RetortException($"--from {settings.From}: there is no such source; choose one of {string.Join(", ", Formats)}.");
        (string Path, CheckpointFile Content)[] files = [.. settings.Files.Select(f => (f, CheckpointFile.Load(f)))];
        var tensors = new CheckpointTensors(format, files);
        MethodOptions options = format.Recognise(tensors);
        options.Size = settings.Size ?? options.Size;
        options.Validate();
        Parameter[] parameters = ParametersOf(format, options);
        IReadOnlyList<NamedTensor> own = tensors.Take([.. parameters.Where(p => !IsTeachers(format, p.Name))]);
        TeacherFile teacher = ReadTeacher(settings, format, options, tensors, files, note);
        var info = new DetectorInfo
        {
            Method = format.Method,
            Options = options.ToJson(),
            Size = options.Size,
            Normalization = Normalization.ImageNet,
            Teacher = options.Teacher.Name,
            TeacherSha256 = teacher.Sha256,
            Thresholds = Thresholds.Unset,
            Training = TrainingSummary.Unknown,
            Imported = new ImportOrigin(format.Id, [.. files.Select(f => new ImportedFile(Path.GetFileName(f.Path), f.Content.Sha256))]),
        };
        return new DetectorFile(info, [.. teacher.Tensors.Select(t => t with { Name = format.Teacher + t.Name }), .. own], new SelfTest([], [], 0));
    }

    private static TeacherFile ReadTeacher(
        ImportSettings settings, ICheckpointFormat format, MethodOptions options, CheckpointTensors tensors, (string Path, CheckpointFile Content)[] files, Action<string>? note)
    {
        if (tensors.Under(format.Teacher) is { Count: > 0 } inside)
        {
            return settings.Teacher is null
                ? new TeacherFile(options.Teacher, TorchvisionResNet.FoldTrunk(inside, options.Teacher, source: $"the teacher in {files[0].Path}"), files[0].Content.Sha256)
                : throw new RetortException($"--teacher {settings.Teacher}: {files[0].Path} has a teacher of its own, which its student learned from; leave the option out.");
        }

        string file = TrainerTeacher.FindFile(settings.Teacher ?? options.Teacher.Name);
        note?.Invoke($"the checkpoint has no teacher of its own; taking {file}");
        return TeacherFile.Load(file, options.Teacher);
    }

    private static Parameter[] ParametersOf(ICheckpointFormat format, MethodOptions options)
    {
        var parameters = new ParameterSet();
        var graph = new Graph(parameters);
        format.AddModel(graph, graph.Input("picture", new Shape(1, options.Size, options.Size, 3)), options);
        return [.. parameters.All];
    }

    private static bool IsTeachers(ICheckpointFormat format, string name) => name.StartsWith(format.Teacher, StringComparison.Ordinal);
}
