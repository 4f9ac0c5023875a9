using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Retort.Data;
using Retort.Methods;

namespace Retort.Training;

/// <summary>
/// Everything that decides what a training comes to, by the names of the command line's options. Two runs of one fingerprint give the same
/// bits; threads, checkpoints and the memory budget are therefore not in it.
/// </summary>
internal sealed class CheckpointFingerprint
{
    /// <summary>Before a hash, so that messages do not show it.</summary>
    public const string HashMark = "sha256:";

    private readonly JsonObject _values;

    private CheckpointFingerprint(JsonObject values) => _values = values;

    /// <summary>The fingerprint of a run.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="options">What they come to.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="teacherSha256">The hash of the teacher.</param>
    public static CheckpointFingerprint Create(TrainingSettings settings, MethodOptions options, AnomalyDataset dataset, string teacherSha256)
    {
        var values = new JsonObject
        {
            ["--method"] = settings.Method,
            ["--data"] = HashOfFiles(dataset.Root, dataset.TrainGood),
            ["--teacher"] = HashMark + teacherSha256,
            ["--seed"] = settings.Seed.ToString(CultureInfo.InvariantCulture),
            ["--rotate"] = settings.Rotation.ToString().ToLowerInvariant(),
            ["--textures"] = settings.Textures is { } folder ? HashOfFiles(folder, PictureFiles.In(folder, recursive: true)) : "procedural",
            ["--held-back"] = settings.HeldBack.ToString(CultureInfo.InvariantCulture),
            ["--on-bad-picture"] = settings.BadPictures.ToString().ToLowerInvariant(),
            ["--tile"] = settings.Layout.Tiling?.Side.ToString(CultureInfo.InvariantCulture),
            ["--tile-overlap"] = settings.Layout.Tiling?.Overlap.ToString(CultureInfo.InvariantCulture),
            ["--tiles"] = settings.Tiles?.ToString(CultureInfo.InvariantCulture),
            ["--roi"] = settings.Layout.Region?.ToString(),
            ["--ignore-mask"] = settings.Layout.Ignore is { } mask ? HashMark + mask.Sha256 : null,
        };
        foreach ((string name, JsonNode? value) in options.ToJson())
        {
            string text = value is null ? "" : value is JsonArray list ? string.Join(',', list.Select(v => v?.ToString())) : value.ToString();
            values[name is "steps" or "batch" or "size" ? "--" + name : "--set " + name] = text;
        }

        return new CheckpointFingerprint(values);
    }

    /// <summary>The fingerprint of a run of another kind.</summary>
    /// <param name="values">What it depends on, by the names of options.</param>
    public static CheckpointFingerprint Create(IReadOnlyDictionary<string, string> values) =>
        new(new JsonObject(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value))));

    /// <summary>Reads what <see cref="ToJson"/> gave.</summary>
    public static CheckpointFingerprint FromJson(JsonObject values) => new((JsonObject)values.DeepClone());

    /// <summary>The values by name.</summary>
    public JsonObject ToJson() => (JsonObject)_values.DeepClone();

    /// <summary>Compares with the fingerprint of a checkpoint.</summary>
    /// <param name="earlier">That of the checkpoint.</param>
    /// <param name="path">The checkpoint's file.</param>
    /// <exception cref="RetortException">They differ; the message names the first option that does.</exception>
    public void RequireSame(CheckpointFingerprint earlier, string path)
    {
        foreach (string name in _values.Select(v => v.Key).Union(earlier._values.Select(v => v.Key)))
        {
            string now = Text(_values, name);
            string then = Text(earlier._values, name);
            if (now == then)
            {
                continue;
            }

            string difference = now.StartsWith(HashMark, StringComparison.Ordinal) && then.StartsWith(HashMark, StringComparison.Ordinal)
                ? "the files are not those the checkpoint was made with"
                : $"the checkpoint was made with {Shown(then)} and this run has {Shown(now)}";
            throw new RetortException($"{name}: {difference} ({path}); make them the same, or train anew without --resume.");
        }
    }

    private static string Text(JsonObject values, string name) => values[name]?.ToString() ?? "";

    private static string Shown(string value) => value.Length == 0 ? "none" : value.StartsWith(HashMark, StringComparison.Ordinal) ? "other files" : value;

    /// <summary>Names and lengths: enough to notice that pictures came, went or were exchanged, without reading them all.</summary>
    internal static string HashOfFiles(string root, IReadOnlyList<string> files) => HashOfFiles([(root, files)]);

    /// <summary>The same of several folders.</summary>
    internal static string HashOfFiles(IEnumerable<(string Root, IReadOnlyList<string> Files)> folders)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string root, string file) in folders.SelectMany(f => f.Files.Select(file => (f.Root, file))))
        {
            string relative = Path.GetRelativePath(root, file).Replace('\\', '/');
            var information = new FileInfo(file);
            long length = information.Exists ? information.Length : 0;
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{relative}\0{length}\n")));
        }

        return HashMark + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
