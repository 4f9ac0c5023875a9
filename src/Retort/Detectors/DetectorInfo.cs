using System.Text.Json.Nodes;
using Retort.Data;
using Retort.Importing;
using Retort.Layouts;
using Retort.Training;

namespace Retort.Detectors;

/// <summary>What a detector is: everything in its file but the weights.</summary>
public sealed record DetectorInfo
{
    // The largest input a plan could hold; a larger number is a damaged file.
    private const int LargestSize = 4096;
    private const string ImportedField = "imported";

    /// <summary>The id of its method, for instance <c>destseg</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The method's options, as <see cref="Methods.IMethod.ReadOptions"/> takes them.</summary>
    public required JsonObject Options { get; init; }

    /// <summary>The side of its input and of its maps in pixels; pictures are resized to this square.</summary>
    public required int Size { get; init; }

    /// <summary>How pixels become what the network takes.</summary>
    public required Normalization Normalization { get; init; }

    /// <summary>The teacher it learned from: <c>built-in</c>, or the name of the network that a file held.</summary>
    public required string Teacher { get; init; }

    /// <summary>The SHA-256 of the teacher's file, in lower-case hexadecimal.</summary>
    public required string TeacherSha256 { get; init; }

    /// <summary>From where on something is anomalous, and how that was set.</summary>
    public required Thresholds Thresholds { get; init; }

    /// <summary>What of a picture it looks at, and in which pieces.</summary>
    public PictureLayout Layout { get; init; } = PictureLayout.Whole;

    /// <summary>How it was trained; <see cref="TrainingSummary.Unknown"/> if it was imported.</summary>
    public required TrainingSummary Training { get; init; }

    /// <summary>The checkpoint of another implementation that it was made of; null if it was trained here.</summary>
    public ImportOrigin? Imported { get; init; }

    /// <summary>The same as JSON, as in the detector file.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = Describe();
        if (Imported is { } origin)
        {
            json[ImportedField] = new JsonObject
            {
                ["from"] = origin.From,
                ["files"] = new JsonArray([.. origin.Files.Select(f => new JsonObject { ["name"] = f.Name, ["sha256"] = f.Sha256 })]),
            };
        }

        return json;
    }

    private JsonObject Describe() => new()
    {
        ["method"] = Method,
        ["options"] = Options.DeepClone(),
        ["size"] = Size,
        ["normalization"] = new JsonObject { ["mean"] = ToArray(Normalization.Mean), ["deviation"] = ToArray(Normalization.Deviation) },
        ["teacher"] = new JsonObject { ["name"] = Teacher, ["sha256"] = TeacherSha256 },
        ["thresholds"] = Thresholds.ToJson(),
        ["layout"] = Layout.IsWhole ? null : Layout.ToJson(),
        ["training"] = Training.ToJson(),
    };

    internal static DetectorInfo FromJson(JsonFields head, Func<string, RetortException> damaged)
    {
        JsonFields teacher = head.Object("teacher");
        var info = new DetectorInfo
        {
            Method = head.Text("method"),
            Options = (JsonObject)head.Node("options").DeepClone(),
            Size = head.Whole("size", 1),
            Normalization = ReadNormalization(head.Object("normalization"), damaged),
            Teacher = teacher.Text("name"),
            TeacherSha256 = teacher.Text("sha256"),
            Thresholds = Thresholds.FromJson(head.Object("thresholds"), damaged),
            Layout = head.OptionalObject("layout") is { } layout ? PictureLayout.FromJson(layout, damaged) : PictureLayout.Whole,
            Training = TrainingSummary.FromJson(head.Object("training")),
            Imported = head.Has(ImportedField) ? ReadOrigin(head.Object(ImportedField)) : null,
        };

        return info.Size <= LargestSize ? info : throw damaged($"an input of {info.Size} pixels is absurd");
    }

    private static ImportOrigin ReadOrigin(JsonFields fields) =>
        new(fields.Text("from"), [.. fields.Objects("files").Select(f => new ImportedFile(f.Text("name"), f.Text("sha256")))]);

    private static Normalization ReadNormalization(JsonFields fields, Func<string, RetortException> damaged)
    {
        try
        {
            return new Normalization([.. fields.Numbers("mean").Select(v => (float)v)], [.. fields.Numbers("deviation").Select(v => (float)v)]);
        }
        catch (ArgumentException)
        {
            throw damaged("its normalization is not three means and three positive deviations");
        }
    }

    private static JsonArray ToArray(ReadOnlySpan<float> values) => new(JsonValue.Create(values[0]), JsonValue.Create(values[1]), JsonValue.Create(values[2]));
}
