using System.Globalization;
using Retort.Networks.Weights.Torch;

namespace Retort.Networks.Weights;

/// <summary>
/// Reads the tensors of a PyTorch checkpoint (<c>.pth</c>, <c>.pt</c>), both of the zip layout that <c>torch.save</c> writes since
/// version 1.6 and of the one before. The pickle inside is read as data: no code of the file is ever run.
/// </summary>
/// <remarks>
/// Nested dictionaries and lists become dotted names: <c>{'state_dict': {'conv1.weight': t}}</c> gives
/// <c>state_dict.conv1.weight</c>. Numbers, strings and the like are passed over. F16, BF16, F64, integers and bools become floats;
/// views that are not contiguous become row-major copies.
/// </remarks>
public static class TorchCheckpoint
{
    private const string Format = "a PyTorch checkpoint";

    // Views may repeat their storage (stride 0), but a few bytes must not unfold into gigabytes.
    private const long FreeValues = 1 << 22;
    private const long MaxRepetition = 16;

    /// <summary>Reads a file.</summary>
    /// <exception cref="WeightFileException">It cannot be opened, is damaged, or holds more than tensors in containers.</exception>
    public static IReadOnlyList<NamedTensor> Read(string path) => WeightFile.Read(path, Format, stream => Parse(stream, WeightFile.MaxBytes));

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">The whole file, seekable.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    /// <exception cref="WeightFileException">It is damaged, or holds more than tensors in containers.</exception>
    public static IReadOnlyList<NamedTensor> Read(Stream stream, string name) => Read(stream, name, WeightFile.MaxBytes);

    /// <summary>Reads a stream that may unpack to at most <paramref name="maxBytes"/>.</summary>
    internal static IReadOnlyList<NamedTensor> Read(Stream stream, string name, long maxBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException("The stream must be seekable.", nameof(stream));
        return WeightFile.Read(stream, name, Format, s => Parse(s, maxBytes));
    }

    private static List<NamedTensor> Parse(Stream stream, long maxBytes)
    {
        stream.Position = 0;
        bool zip = stream.ReadByte() == 'P' && stream.ReadByte() == 'K';
        stream.Position = 0;
        if (!zip)
            return Materialise(new TorchLegacyFile(stream));
        using var archive = new TorchZip(stream, maxBytes);
        return Materialise(archive);
    }

    private static List<NamedTensor> Materialise(ITorchArchive archive)
    {
        IReadOnlyList<(string Name, TensorView View)> views = TensorTree.Flatten(archive.Root);
        IGrouping<TorchStorage, int>[] groups = [.. Enumerable.Range(0, views.Count).GroupBy(i => views[i].View.Storage)];
        CheckAmount(groups, views);

        // One storage at a time, so that only one of them is in memory beside the tensors.
        var tensors = new NamedTensor[views.Count];
        foreach (IGrouping<TorchStorage, int> group in groups)
        {
            byte[] bytes = archive.ReadStorage(group.Key);
            foreach (int i in group)
                tensors[i] = new NamedTensor(views[i].Name, views[i].View.Shape, views[i].View.ToArray(bytes));
        }

        return [.. tensors];
    }

    private static void CheckAmount(IGrouping<TorchStorage, int>[] groups, IReadOnlyList<(string Name, TensorView View)> views)
    {
        long total = 0;
        Int128 repeated = 0;
        foreach (IGrouping<TorchStorage, int> group in groups)
        {
            long values = group.Sum(i => (long)views[i].View.Count);
            total += values;
            repeated += Int128.Max(0, values - ((Int128)group.Key.Bytes * MaxRepetition));
        }

        if (total > WeightFile.MaxBytes / sizeof(float) || repeated > FreeValues)
            throw new InvalidWeightsException($"its tensors unfold to {total} values, too many for what it stores", "give a smaller network");
    }
}
