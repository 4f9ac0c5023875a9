using System.Text;
using Retort.Detectors;
using Retort.Training;

namespace Retort.Benchmarks;

/// <summary>
/// The record of a benchmark, <c>results.csv</c>: a line for each run that ended, in the order of their ends. Lines are only ever added, each in one
/// piece, so whatever stops the program leaves what was there. Of several lines of one run the last counts.
/// </summary>
internal sealed class BenchmarkRecord : IDisposable
{
    private readonly string _path;
    private readonly OutputClaim _claim;
    private readonly List<BenchmarkRow> _rows = [];

    private BenchmarkRecord(string path, OutputClaim claim)
    {
        _path = path;
        _claim = claim;
    }

    /// <summary>All rows, older ones first.</summary>
    public IReadOnlyList<BenchmarkRow> Rows => _rows;

    /// <summary>Opens a record, or begins one. A last line that was cut short is removed: its run counts as not done.</summary>
    /// <exception cref="RetortException">Another benchmark has it, it cannot be read or written, or it holds something else.</exception>
    public static BenchmarkRecord Open(string path)
    {
        var record = new BenchmarkRecord(path, OutputClaim.Take(path, "benchmark"));
        try
        {
            AtomicFile.CheckWritable(path);
            record.Read();
            return record;
        }
        catch
        {
            record.Dispose();
            throw;
        }
    }

    /// <summary>The row of a run with these options, if it ended: the last one that is done, else the last one that failed.</summary>
    public BenchmarkRow? Find(BenchmarkRunName name, string options)
    {
        BenchmarkRow[] rows = [.. _rows.Where(r => r.Name == name && r.Options == options)];
        return rows.LastOrDefault(r => r.IsDone) ?? rows.LastOrDefault();
    }

    /// <summary>Adds a row and sees that it is on the disk.</summary>
    /// <exception cref="RetortException">It cannot be written.</exception>
    public void Append(BenchmarkRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        try
        {
            using var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            long length = file.Length;
            string line = BenchmarkRowFormat.ToLine(row) + "\n";
            byte[] bytes = Encoding.UTF8.GetBytes(length == 0 ? $"{BenchmarkRowFormat.Header}\n{line}" : line);
            try
            {
                file.Position = length;
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }
            catch
            {
                file.SetLength(length);
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Explain(_path, failure);
        }

        _rows.Add(row);
    }

    /// <summary>Lets go of the file.</summary>
    public void Dispose() => _claim.Dispose();

    private void Read()
    {
        if (!File.Exists(_path))
        {
            return;
        }

        string text;
        try
        {
            byte[] bytes = File.ReadAllBytes(_path);
            int whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
            if (whole < bytes.Length)
            {
                using FileStream file = File.OpenWrite(_path);
                file.SetLength(whole);
            }

            text = Encoding.UTF8.GetString(bytes, 0, whole);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RetortException($"{_path}: the file cannot be read ({failure.Message.TrimEnd('.')}); check its permissions or choose another --out.", failure);
        }

        // A spreadsheet may have written it anew, with line endings and a byte order mark of its own.
        string[] lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < lines.Length; i++)
        {
            if (i > 0)
            {
                _rows.Add(Parse(lines[i], i + 1));
            }
            else if (lines[0] != BenchmarkRowFormat.Header)
            {
                throw new RetortException($"{_path}: its columns are not those of a benchmark by this version of Retort; move the file away or choose another --out.");
            }
        }
    }

    private BenchmarkRow Parse(string line, int number)
    {
        try
        {
            return BenchmarkRowFormat.FromLine(line);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException)
        {
            throw new RetortException($"{_path}: line {number} is not a result; remove this line (its run will be done again) or choose another --out.", failure);
        }
    }
}
