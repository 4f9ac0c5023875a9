using System.Globalization;
using System.Text.Json.Nodes;
using Retort.Detectors;

namespace Retort.Training;

/// <summary>How a detector was trained. It is stored in the detector file.</summary>
public sealed record TrainingSummary
{
    /// <summary>The version of Retort that trained it.</summary>
    public required string RetortVersion { get; init; }

    /// <summary>The name of the dataset: the last part of its path.</summary>
    public required string Dataset { get; init; }

    /// <summary>How many good pictures it was trained on.</summary>
    public required int Pictures { get; init; }

    /// <summary>How many tiles of these it was trained on; null where they were not cut into any.</summary>
    public int? Tiles { get; init; }

    /// <summary>How many good pictures were held back to set the thresholds.</summary>
    public required int HeldBack { get; init; }

    /// <summary>The first 64 bits of the SHA-256 of each picture file that was held back, in hexadecimal; empty in files of an early Retort, which did not note them.</summary>
    public IReadOnlyList<string> HeldBackDigests { get; init; } = [];

    /// <summary>The preset that the options started from.</summary>
    public required string Preset { get; init; }

    /// <summary>Where the pictures of the synthetic anomalies came from: the name of a folder, <c>procedural</c>, or <c>none</c> where there are none.</summary>
    public required string Textures { get; init; }

    /// <summary>How the pictures were turned: <c>none</c>, <c>slight</c> or <c>full</c>.</summary>
    public required string Rotation { get; init; }

    /// <summary>The seed of all random draws.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The threads it was trained with; they do not change the result.</summary>
    public required int Threads { get; init; }

    /// <summary>The phases, in order.</summary>
    public required IReadOnlyList<PhaseSummary> Phases { get; init; }

    /// <summary>Seconds of training, all sittings of a resumed run together, reading pictures included.</summary>
    public required double Seconds { get; init; }

    /// <summary>The share of the training steps' time that was spent waiting for pictures, in [0, 1].</summary>
    public required double WaitingShare { get; init; }

    /// <summary>What the user should know, one sentence each; empty for most trainings.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The version of this Retort, for instance <c>0.1.0</c>.</summary>
    internal static string CurrentVersion { get; } =
        typeof(TrainingSummary).Assembly.GetName().Version is { } v ? string.Create(CultureInfo.InvariantCulture, $"{v.Major}.{v.Minor}.{v.Build}") : "0";

    /// <summary>What is known of a training that another program did: nothing. The version is that of the Retort that imported it.</summary>
    internal static TrainingSummary Unknown { get; } = new()
    {
        RetortVersion = CurrentVersion,
        Dataset = "unknown",
        Pictures = 0,
        HeldBack = 0,
        Preset = "unknown",
        Textures = "unknown",
        Rotation = "unknown",
        Seed = 0,
        Threads = 0,
        Phases = [],
        Seconds = 0,
        WaitingShare = 0,
        Warnings = [],
    };

    internal JsonObject ToJson() => new()
    {
        ["retort"] = RetortVersion,
        ["dataset"] = Dataset,
        ["pictures"] = Pictures,
        ["tiles"] = Tiles,
        ["heldBack"] = HeldBack,
        ["heldBackDigests"] = new JsonArray([.. HeldBackDigests.Select(d => JsonValue.Create(d))]),
        ["preset"] = Preset,
        ["textures"] = Textures,
        ["rotation"] = Rotation,
        ["seed"] = Seed,
        ["threads"] = Threads,
        ["phases"] = new JsonArray([.. Phases.Select(p => new JsonObject { ["name"] = p.Name, ["steps"] = p.Steps, ["loss"] = p.Loss })]),
        ["seconds"] = Math.Round(Seconds, 1),
        ["waitingShare"] = Math.Round(WaitingShare, 3),
        ["warnings"] = new JsonArray([.. Warnings.Select(w => JsonValue.Create(w))]),
    };

    internal static TrainingSummary FromJson(JsonFields fields) => new()
    {
        RetortVersion = fields.Text("retort"),
        Dataset = fields.Text("dataset"),
        Pictures = fields.Whole("pictures"),
        Tiles = fields.Has("tiles") ? fields.Whole("tiles") : null,
        HeldBack = fields.Whole("heldBack"),
        HeldBackDigests = fields.Has("heldBackDigests") ? fields.Texts("heldBackDigests") : [],
        Preset = fields.Text("preset"),
        Textures = fields.Text("textures"),
        Rotation = fields.Text("rotation"),
        Seed = fields.Unsigned("seed"),
        Threads = fields.Whole("threads"),
        Phases = [.. fields.Objects("phases").Select(p => new PhaseSummary(p.Text("name"), p.Whole("steps"), p.Number("loss")))],
        Seconds = fields.Number("seconds"),
        WaitingShare = fields.Number("waitingShare"),
        Warnings = fields.Texts("warnings"),
    };
}

/// <summary>A finished training phase.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Steps">How many steps it took.</param>
/// <param name="Loss">The running mean of the loss at its end.</param>
public sealed record PhaseSummary(string Name, int Steps, double Loss);
