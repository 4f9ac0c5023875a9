using System.Globalization;
using System.Text;
using Retort.Data;
using Retort.Detectors;
using Retort.Networks.Weights;

namespace Retort.Evaluation;

/// <summary>Writes the maps and scores of a test set for other programs.</summary>
internal sealed class MapWriter : IDisposable
{
    private readonly string _folder;
    private readonly int _size;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly StringWriter _scores = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    public MapWriter(string folder, int size)
    {
        _folder = folder;
        _size = size;
        _scores.WriteLine("path,label,score");
    }

    /// <summary>Writes the map of a picture, and notes its score.</summary>
    public void Add(TestPicture picture, float[] map, float score)
    {
        // Two pictures may differ in their extension only; then the second keeps it in its name.
        string stem = Path.ChangeExtension(picture.RelativePath, null);
        string name = _names.Add(stem) ? stem : picture.RelativePath;
        string path = Path.Combine([_folder, .. name.Split('/')]) + ".npy";
        OutputFolder.Make($"{_folder}, for the maps", Path.GetDirectoryName(path)!);
        NpyFile.Write(path, map, _size, _size);
        _scores.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Quote(picture.RelativePath)},{(picture.IsAnomalous ? 1 : 0)},{score:R}"));
    }

    /// <summary>Writes the scores.</summary>
    public void Complete() => AtomicFile.Write(Path.Combine(_folder, "scores.csv"), file => file.Write(Encoding.UTF8.GetBytes(_scores.ToString())));

    public void Dispose() => _scores.Dispose();

    private static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
