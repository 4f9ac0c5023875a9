using System.Globalization;
using Retort.Detectors;
using Retort.Imaging;

namespace Retort.Demo;

/// <summary>A picture of a demo's dataset.</summary>
/// <param name="Part">What it shows.</param>
/// <param name="Defect">The kind of defect; null for a good part.</param>
/// <param name="Set">What it is for.</param>
/// <param name="Number">Which of the set.</param>
internal sealed record DemoPicture(DemoPart Part, string? Defect, DemoSet Set, int Number)
{
    /// <summary>Its file, and that of its mask, relative to the dataset.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            string name = Number.ToString("000", CultureInfo.InvariantCulture);
            return Defect is null
                ? [Path.Combine(Set == DemoSet.Train ? "train" : "test", "good", name + ".png")]
                : [Path.Combine("test", Defect, name + ".png"), Path.Combine("ground_truth", Defect, name + "_mask.png")];
        }
    }

    /// <summary>Takes and writes it.</summary>
    /// <exception cref="RetortException">It cannot be written.</exception>
    public void Write(string folder, ulong seed)
    {
        (RgbImage picture, GreyImage? mask) = DemoData.Take(Part, Defect, Set, Number, seed);
        Write(Path.Combine(folder, Files[0]), ImageFile.EncodePng(picture));
        if (mask is not null)
        {
            Write(Path.Combine(folder, Files[1]), ImageFile.EncodePng(mask));
        }
    }

    private static void Write(string path, byte[] content)
    {
        string folder = Path.GetDirectoryName(path)!;
        OutputFolder.Make(folder, folder);
        AtomicFile.Write(path, file => file.Write(content));
    }
}

/// <summary>What pictures are for. The sets of defects follow each other from the last one on.</summary>
internal enum DemoSet
{
    /// <summary>Good ones to learn from.</summary>
    Train,

    /// <summary>Good ones to test with.</summary>
    TestGood,

    /// <summary>Those of a part's first kind of defect.</summary>
    FirstDefect,
}
