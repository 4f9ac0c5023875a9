using System.Globalization;
using System.Text;
using Retort.Detectors;

namespace Retort.Teachers;

/// <summary>
/// How a distillation went, as a CSV file beside the output: <c>OUT.curve.csv</c>, a line for each look at the pictures that were held back. A resumed run keeps the
/// lines up to its checkpoint.
/// </summary>
internal sealed class DistillationCurve
{
    private static readonly string Header =
        "step,training_loss,validation_loss," + string.Join(',', Columns("cosine_layer").Concat(Columns("squared_error_layer")));

    private readonly string _path;
    private readonly List<string> _lines = [Header];

    /// <summary>Begins a curve, or goes on with one.</summary>
    /// <param name="outPath">The output of the distillation.</param>
    /// <param name="done">Steps that were done before; 0 begins anew.</param>
    /// <exception cref="RetortException">The file of an earlier sitting cannot be read.</exception>
    public DistillationCurve(string outPath, long done)
    {
        _path = PathFor(outPath);
        if (done == 0 || !File.Exists(_path))
        {
            return;
        }

        try
        {
            _lines.AddRange(File.ReadLines(_path).Skip(1).Where(line => long.TryParse(line.Split(',')[0], CultureInfo.InvariantCulture, out long step) && step <= done));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RetortException($"{_path}: the curve of the earlier sitting cannot be read ({failure.Message.TrimEnd('.')}); move it away.", failure);
        }
    }

    /// <summary>Where the curve of an output lies.</summary>
    public static string PathFor(string outPath) => outPath + ".curve.csv";

    /// <summary>Adds a line and writes the file.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="loss">A running mean of the training's loss.</param>
    /// <param name="errors">The errors on the pictures that were held back; the file has cosines, not distances.</param>
    /// <exception cref="RetortException">It cannot be written.</exception>
    public void Add(long step, double loss, DistillationErrors errors)
    {
        IEnumerable<double> values = [loss, errors.Loss, .. errors.Cosine.Select(d => 1 - d), .. errors.Squared];
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{step},") + string.Join(',', values.Select(v => v.ToString("0.######", CultureInfo.InvariantCulture))));
        AtomicFile.Write(_path, file => file.Write(Encoding.UTF8.GetBytes(string.Join('\n', _lines) + "\n")));
    }

    private static IEnumerable<string> Columns(string name) => Enumerable.Range(1, DistillationNetwork.Levels).Select(level => name + level);
}
