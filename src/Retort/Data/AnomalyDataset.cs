namespace Retort.Data;

/// <summary>
/// The paths and labels of a dataset; opening one reads no picture. Two layouts of folders: MVTec AD's (<c>train/good</c>, <c>test/&lt;defect&gt;</c> with
/// <c>test/good</c>, masks in <c>ground_truth/&lt;defect&gt;</c> as <c>&lt;stem&gt;_mask.png</c> or <c>&lt;stem&gt;.png</c>), and a plain folder of
/// good pictures, which has no test set. Or a list, for pictures that lie elsewhere: a file of comma-separated values with the columns <c>path</c>,
/// <c>label</c>, <c>mask</c> and <c>split</c>, or of JSON with such fields.
/// </summary>
public sealed class AnomalyDataset
{
    /// <summary>The label of a picture without a defect.</summary>
    internal const string Good = "good";

    private AnomalyDataset(string root, IReadOnlyList<string> trainGood, IReadOnlyList<TestPicture> test, IReadOnlyList<string> warnings)
    {
        Root = root;
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)));
        Name = IsList ? Path.GetFileNameWithoutExtension(name) : name;
        TrainGood = trainGood;
        Test = test;
        Warnings = warnings;
    }

    /// <summary>The folder or the list, as it was given.</summary>
    public string Root { get; }

    /// <summary>The folder's own name, or the list's without its extension.</summary>
    public string Name { get; }

    /// <summary>The good pictures to learn from, in ordinal order of their names. Empty when the folder holds a test set only.</summary>
    public IReadOnlyList<string> TrainGood { get; }

    /// <summary>The test pictures, in ordinal order of defect and name. Empty for a plain folder.</summary>
    public IReadOnlyList<TestPicture> Test { get; }

    /// <summary>What looks like a mistake but does no harm, a sentence each: masks without a picture, pictures that are in no known place.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Opens a dataset.</summary>
    /// <param name="path">Its folder, or a list of its pictures (<c>.csv</c>, <c>.json</c>, <c>.jsonl</c>).</param>
    /// <exception cref="RetortException">It is missing, unreadable or empty, or names no pictures where they belong.</exception>
    public static AnomalyDataset Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
        {
            return DatasetList.IsList(path)
                ? OpenList(path)
                : throw new RetortException($"{path}: this is a file; name the folder of a dataset, or a list of its pictures (.csv, .json, .jsonl).");
        }

        if (!Directory.Exists(path))
        {
            throw new RetortException($"{path}: there is no such folder; name one that holds train/good, or good pictures.");
        }

        bool structured = Directory.Exists(Path.Combine(path, "train")) || Directory.Exists(Path.Combine(path, "test"));
        return structured ? OpenStructured(path) : OpenPlain(path);
    }

    /// <summary>The pictures to learn from.</summary>
    /// <exception cref="RetortException">There are none.</exception>
    internal IReadOnlyList<string> RequireTrain() => TrainGood.Count > 0
        ? TrainGood
        : throw new RetortException(IsList
            ? $"{Root}: the list names no pictures to learn from; add pictures of good parts, with the split train."
            : $"{Path.Combine(Root, "train", Good)}: there are no pictures to learn from; put pictures of good parts there.");

    /// <summary>The test pictures.</summary>
    /// <exception cref="RetortException">There are none.</exception>
    internal IReadOnlyList<TestPicture> RequireTest() => Test.Count > 0
        ? Test
        : throw new RetortException(IsList
            ? $"{Root}: the list names no test pictures; add good and defective ones, with the split test."
            : $"{Path.Combine(Root, "test")}: there are no test pictures; put good ones into test/good and defective ones into test/<defect>.");

    /// <summary>The test pictures, each defective one with its mask, as metrics of pixels need them.</summary>
    /// <exception cref="RetortException">There are no test pictures, or a defective one has no mask.</exception>
    internal IReadOnlyList<TestPicture> RequireMasks()
    {
        foreach (TestPicture picture in RequireTest())
        {
            if (picture.IsAnomalous && picture.MaskPath is null)
            {
                string mask = IsList ? "its mask to the list" : $"ground_truth/{picture.Defect}/{Path.GetFileNameWithoutExtension(picture.Path)}_mask.png";
                throw new RetortException($"{picture.Path}: this defective picture has no mask; add {mask}, or leave the pixel metrics out.");
            }
        }

        return Test;
    }

    private bool IsList => DatasetList.IsList(Root) && !Directory.Exists(Root);

    private static AnomalyDataset OpenList(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var train = new List<string>();
        var test = new List<TestPicture>();
        var warnings = new List<string>();
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (DatasetListEntry entry in DatasetList.Read(path))
        {
            string picture = Path.GetFullPath(entry.Path, folder);
            if (!seen.TryAdd(picture, entry.Place))
            {
                throw new RetortException($"{path}, {entry.Place}: {entry.Path} is named before, in {seen[picture]}; name each picture once.");
            }

            if (entry.IsTest)
            {
                string? mask = entry.Mask is null ? null : Path.GetFullPath(entry.Mask, folder);
                test.Add(new TestPicture(picture, UniqueName(names, entry.Label, picture), entry.Label, entry.Label != Good, mask));
            }
            else if (entry.Label == Good)
            {
                train.Add(picture);
            }
            else
            {
                warnings.Add($"{path}, {entry.Place}: ignored, because only good pictures are learnt from.");
            }
        }

        train.Sort(StringComparer.Ordinal);
        return new AnomalyDataset(path, train, test, warnings);
    }

    // Pictures of one name may come from several folders; what is written about them goes into one.
    private static string UniqueName(HashSet<string> names, string label, string picture)
    {
        string name = $"{label}/{Path.GetFileName(picture)}";
        for (int i = 2; !names.Add(name); i++)
        {
            name = $"{label}/{Path.GetFileNameWithoutExtension(picture)}-{i}{Path.GetExtension(picture)}";
        }

        return name;
    }

    private static AnomalyDataset OpenPlain(string path)
    {
        IReadOnlyList<string> pictures = PictureFiles.In(path);
        if (pictures.Count > 0)
        {
            return new AnomalyDataset(path, pictures, [], []);
        }

        string[] inside = [.. FoldersIn(path).Where(f => Directory.Exists(Path.Combine(path, f, "train")))];
        throw new RetortException(
            inside.Length > 0 ? $"{path}: this folder holds several datasets ({string.Join(", ", inside)}); name one of them."
            : !Directory.EnumerateFileSystemEntries(path).Any() ? $"{path}: the folder is empty; name one that holds train/good, or good pictures."
            : $"{path}: there is neither train/good nor a picture here (of the kinds {string.Join(" ", PictureFiles.Extensions)}); name the folder of a dataset.");
    }

    private static AnomalyDataset OpenStructured(string path)
    {
        var warnings = new List<string>();
        string train = Path.Combine(path, "train"), trainGood = Path.Combine(train, Good);
        IReadOnlyList<string> pictures = Directory.Exists(trainGood) ? PictureFiles.In(trainGood) : [];
        if (Directory.Exists(train))
        {
            warnings.AddRange(FoldersIn(train).Where(f => f != Good).Select(f => $"{Path.Combine(train, f)}: ignored, because only train/good is learnt from."));
            WarnOfStrays(train, "train/good", warnings);
        }

        List<TestPicture> test = OpenTest(path, warnings);
        return pictures.Count == 0 && test.Count == 0
            ? throw new RetortException($"{path}: there are no pictures in train/good and none in test; put pictures of good parts into train/good.")
            : new AnomalyDataset(path, pictures, test, warnings);
    }

    private static List<TestPicture> OpenTest(string path, List<string> warnings)
    {
        string folder = Path.Combine(path, "test");
        var test = new List<TestPicture>();
        if (!Directory.Exists(folder))
        {
            return test;
        }

        WarnOfStrays(folder, "test/<defect>", warnings);
        foreach (string defect in FoldersIn(folder))
        {
            bool anomalous = !defect.Equals(Good, StringComparison.OrdinalIgnoreCase);
            Dictionary<string, string> masks = anomalous ? MasksIn(Path.Combine(path, "ground_truth", defect)) : [];
            var used = new HashSet<string>(StringComparer.Ordinal);
            foreach (string picture in PictureFiles.In(Path.Combine(folder, defect)))
            {
                string stem = Path.GetFileNameWithoutExtension(picture);
                string? mask = masks.GetValueOrDefault(stem + "_mask") ?? masks.GetValueOrDefault(stem);
                if (mask is not null)
                {
                    used.Add(mask);
                }

                test.Add(new TestPicture(picture, $"{defect}/{Path.GetFileName(picture)}", defect, anomalous, mask));
            }

            IEnumerable<string> unused = masks.Values.Where(m => !used.Contains(m)).Order(StringComparer.Ordinal);
            warnings.AddRange(unused.Select(m => $"{m}: ignored, because no picture in test/{defect} belongs to this mask."));
        }

        return test;
    }

    private static Dictionary<string, string> MasksIn(string folder)
    {
        var masks = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string mask in Directory.Exists(folder) ? PictureFiles.In(folder) : [])
        {
            masks.TryAdd(Path.GetFileNameWithoutExtension(mask), mask);
        }

        return masks;
    }

    private static void WarnOfStrays(string folder, string home, List<string> warnings) =>
        warnings.AddRange(PictureFiles.In(folder).Select(picture => $"{picture}: ignored, because pictures belong into {home}."));

    /// <summary>The names of the folders in a folder that are not hidden, in ordinal order.</summary>
    private static IEnumerable<string> FoldersIn(string path) =>
        Directory.EnumerateDirectories(path).Select(f => Path.GetFileName(f)).Where(f => f[0] != '.').Order(StringComparer.Ordinal);
}
