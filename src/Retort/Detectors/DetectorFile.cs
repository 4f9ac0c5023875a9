using Retort.Networks.Weights;

namespace Retort.Detectors;

/// <summary>
/// The content of a detector file (<c>*.retort</c>): a stored zip of <c>detector.json</c>, <c>weights.safetensors</c> and
/// <c>selftest.safetensors</c>. Nothing in it is executable. Every length and checksum is compared before the content is used.
/// </summary>
/// <param name="Info">What the detector is.</param>
/// <param name="Weights">All its tensors, see <see cref="Methods.ITrainingRun.ExportWeights"/>.</param>
/// <param name="SelfTest">A picture and what the detector made of it where it was trained.</param>
public sealed record DetectorFile(DetectorInfo Info, IReadOnlyList<NamedTensor> Weights, SelfTest SelfTest)
{
    private const string WeightsEntry = "weights.safetensors";
    private const string SelfTestEntry = "selftest.safetensors";

    private static readonly ArchiveFormat Format = new("detector", "detector.json", Version: 1, "copy it anew from where it was trained");

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="RetortException">There is no such file, it cannot be read, is damaged, or is of a newer version.</exception>
    public static DetectorFile Read(string path) => Use(path, (info, weights, selfTest) => new DetectorFile(info, [.. weights], selfTest));

    /// <summary>Reads a file whose weights are used one by one, so that not all of them need be in memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="use">Takes what the detector is, its tensors, to be gone through once, and its self-test.</param>
    /// <exception cref="RetortException">There is no such file, it cannot be read, is damaged, or is of a newer version.</exception>
    internal static T Use<T>(string path, Func<DetectorInfo, IEnumerable<NamedTensor>, SelfTest, T> use)
    {
        using StoredArchive archive = StoredArchive.Open(Format, path);
        DetectorInfo info = DetectorInfo.FromJson(archive.Head, archive.Damaged);
        SelfTest selfTest = SelfTest.FromTensors([.. archive.ReadTensors(SelfTestEntry)], info.Size, archive.Damaged);
        return use(info, archive.ReadTensors(WeightsEntry), selfTest);
    }

    /// <summary>Reads only what the detector is, not its weights; they are not checked.</summary>
    /// <exception cref="RetortException">There is no such file, it cannot be read, is damaged, or is of a newer version.</exception>
    public static DetectorInfo ReadInfo(string path)
    {
        using StoredArchive archive = StoredArchive.Open(Format, path);
        return DetectorInfo.FromJson(archive.Head, archive.Damaged);
    }

    /// <summary>Writes the file: beside its name first, then flushed to the disk, then renamed.</summary>
    /// <exception cref="RetortException">It cannot be written; an older file of that name is as it was.</exception>
    public void Write(string path) => StoredArchive.Write(
        Format,
        path,
        Info.ToJson(),
        new ArchivePart(WeightsEntry, stream => SafeTensors.Write(stream, Weights)),
        new ArchivePart(SelfTestEntry, stream => SafeTensors.Write(stream, SelfTest.ToTensors())));
}
