using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Retort.Calibration;
using Retort.Corruption;
using Retort.Data;
using Retort.Layouts;
using Retort.Methods;

namespace Retort.Training;

/// <summary>What to train and how.</summary>
public sealed record TrainingSettings
{
    /// <summary>The share of the good pictures that is held back unless another is asked for.</summary>
    public const double DefaultHeldBack = 0.1;

    /// <summary>The id of the method, see <see cref="MethodCatalog"/>.</summary>
    public required string Method { get; init; }

    /// <summary>Where the method's options start from: <c>quick</c>, <c>balanced</c> or <c>paper</c>. Not looked at where <see cref="Options"/> are given.</summary>
    public string Preset { get; init; } = "balanced";

    /// <summary>The method's options to start from instead of a preset's; they are copied. See <see cref="For"/>.</summary>
    public MethodOptions? Options { get; init; }

    /// <summary>Steps of each phase; null for the preset's.</summary>
    public IReadOnlyList<int>? Steps { get; init; }

    /// <summary>Pictures per step; null for the preset's.</summary>
    public int? Batch { get; init; }

    /// <summary>The side of the input in pixels; null for the preset's.</summary>
    public int? Size { get; init; }

    /// <summary>Further options of the method by name, applied in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> MethodOptions { get; init; } = [];

    /// <summary>The teacher: <c>built-in</c>, another name, or a weight file; null for the built-in one, or for the network the method wants if that is another.</summary>
    public string? Teacher { get; init; }

    /// <summary>A folder of pictures to make synthetic anomalies from; null for procedural textures.</summary>
    public string? Textures { get; init; }

    /// <summary>How training pictures may be turned.</summary>
    public Rotation Rotation { get; init; } = Rotation.None;

    /// <summary>What of pictures to look at, and in which pieces; stored in the detector.</summary>
    public PictureLayout Layout { get; init; } = PictureLayout.Whole;

    /// <summary>
    /// The most tiles to train on where pictures are cut into some; of more, these are drawn at random. Null for <see cref="TileCache.MostTiles"/>, or as
    /// many as fit <see cref="PictureCache.DefaultBudget"/>.
    /// </summary>
    public int? Tiles { get; init; }

    /// <summary>The seed of all random draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads to compute with; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The share of good pictures, in [0, 0.5], that is not trained on but sets the thresholds; see <see cref="TrainerSplit"/>.</summary>
    public double HeldBack { get; init; } = DefaultHeldBack;

    /// <summary>What the thresholds are to achieve. There are good pictures only, so its goal is their false-positive rate whatever it says.</summary>
    public CalibrationSettings Calibration { get; init; } = new();

    /// <summary>What to do about a picture that cannot be read.</summary>
    public BadPicturePolicy BadPictures { get; init; } = BadPicturePolicy.Stop;

    /// <summary>Whether to go on from the checkpoint beside the output, if there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>How often to write a checkpoint, besides the end of each phase and a cancellation.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many bytes of decoded pictures to keep in memory.</summary>
    public long MemoryBudget { get; init; } = 1L << 30;

    /// <summary>Is told when a training starts, resumes, ends a phase, writes a file, and of every warning.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Settings for a method's options, a <see cref="Methods.DeSTSeg.DeSTSegOptions"/> for instance, and else the defaults.</summary>
    /// <param name="options">The options.</param>
    public static TrainingSettings For(MethodOptions options) => new()
    {
        Method = MethodCatalog.Of(options).Id,
        Preset = "none",
        Options = options,
    };

    /// <summary>The method's options that these settings come to.</summary>
    /// <exception cref="RetortException">There is no such method, preset or option, or the options do not fit together.</exception>
    public MethodOptions CreateOptions()
    {
        IMethod method = MethodCatalog.Get(Method);
        MethodOptions options = Options is { } given ? method.ReadOptions(given.ToJson()) : method.CreateOptions(Preset);
        options.Size = Size ?? options.Size;
        options.Batch = Batch ?? options.Batch;

        // Before the steps: an option may take a phase away.
        foreach ((string name, string value) in MethodOptions)
        {
            options.Set(name, value);
        }

        if (Steps is not null && Steps.Count != options.PhaseNames.Count)
        {
            throw new RetortException(
                $"--steps {string.Join(',', Steps)}: {Method} has {options.PhaseNames.Count} {(options.PhaseNames.Count == 1 ? "phase" : "phases")} ({string.Join(", ", options.PhaseNames)}); give a number for each, with commas between them.");
        }

        options.Steps = Steps ?? options.Steps;
        options.Validate();
        Calibration.Validate();
        return options;
    }
}
