using Retort.Benchmarks;
using Retort.Metrics;

namespace Retort.Tests.Benchmarks;

public sealed class BenchmarkRecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Csv => Path.Combine(_folder.Path, "results.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_are_read_as_they_were_written()
    {
        BenchmarkRow done = Row(new BenchmarkRunName("m", "nuts, \"bolts\"", ulong.MaxValue, "no-seg"), 0.1 + 0.2);
        BenchmarkRow failed = new() { Name = new BenchmarkRunName("m", "größe 漢字", 0), Options = "b", Threads = 2, RetortVersion = "0.1.0", Error = "x: \"y\", z\nfailed" };
        using (BenchmarkRecord record = BenchmarkRecord.Open(Csv))
        {
            record.Append(done);
            record.Append(failed);
        }

        using BenchmarkRecord again = BenchmarkRecord.Open(Csv);
        AssertSame(done, again.Rows[0]);
        AssertSame(failed with { Error = "x: \"y\", z failed" }, again.Rows[1]);
        Assert.Equal(3, File.ReadAllLines(Csv).Length);
        Assert.StartsWith(
            "method,category,seed,ablation,outcome,image_auroc,image_ap,image_f1_max,pixel_auroc,pixel_ap,pixel_f1_max,aupro,pro_per_image,iap,iap90,"
            + "images,training_seconds,milliseconds_per_image,peak_mb,threads,retort,options,error\n",
            File.ReadAllText(Csv),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_was_cut_short_is_removed()
    {
        var names = new[] { new BenchmarkRunName("m", "c", 0), new BenchmarkRunName("m", "c", 1) };
        Write(Row(names[0], 0.5), Row(names[1], 0.5));
        byte[] whole = File.ReadAllBytes(Csv);
        int second = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;
        for (int length = second; length < whole.Length; length++)
        {
            File.WriteAllBytes(Csv, whole[..length]);
            using BenchmarkRecord record = BenchmarkRecord.Open(Csv);
            Assert.Equal(names[0], Assert.Single(record.Rows).Name);
            record.Append(Row(names[1], 0.5));
            Assert.Equal(whole, File.ReadAllBytes(Csv));
        }
    }

    [Fact]
    public void A_header_that_was_cut_short_is_written_anew()
    {
        File.WriteAllText(Csv, "method,categ");
        Write(Row(new BenchmarkRunName("m", "c", 0), 0.5));
        Assert.StartsWith("method,category,seed,", File.ReadAllText(Csv), StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(Csv).Length);
    }

    [Fact]
    public void A_spreadsheets_mark_and_line_endings_do_no_harm()
    {
        Write(Row(new BenchmarkRunName("m", "c", 0), 0.5));
        File.WriteAllText(Csv, "\uFEFF" + File.ReadAllText(Csv).ReplaceLineEndings("\r\n"));
        using BenchmarkRecord record = BenchmarkRecord.Open(Csv);
        Assert.Equal(0.5, Assert.Single(record.Rows).Metrics[0]);
    }

    [Fact]
    public void Other_files_and_lines_are_named()
    {
        File.WriteAllText(Csv, "a,b\n1,2\n");
        Assert.Equal(
            $"{Csv}: its columns are not those of a benchmark by this version of Retort; move the file away or choose another --out.",
            Assert.Throws<RetortException>(() => BenchmarkRecord.Open(Csv)).Message);
        Assert.Equal("a,b\n1,2\n", File.ReadAllText(Csv));

        File.Delete(Csv);
        Write(Row(new BenchmarkRunName("m", "c", 0), 0.5));
        string good = File.ReadAllText(Csv);
        foreach (string bad in (string[])["x", good.Split('\n')[1].Replace("0.5", "NaN", StringComparison.Ordinal), good.Split('\n')[1].Replace(",c,0,", ",c,-1,", StringComparison.Ordinal), "\"" + good.Split('\n')[1]])
        {
            File.WriteAllText(Csv, good + bad + "\n");
            Assert.StartsWith($"{Csv}: line 3 is not a result; remove this line", Assert.Throws<RetortException>(() => BenchmarkRecord.Open(Csv)).Message, StringComparison.Ordinal);
        }
    }

    [FullDiskFact]
    public void A_full_disk_leaves_whole_lines()
    {
        using var disk = new SmallDisk(_folder.Path, 64);
        string path = Path.Combine(disk.Path, "results.csv");
        using BenchmarkRecord record = BenchmarkRecord.Open(path);
        var failure = Assert.Throws<RetortException>(() =>
        {
            for (ulong seed = 0; seed < 10_000; seed++)
            {
                record.Append(Row(new BenchmarkRunName("m", "c", seed), 0.5));
            }
        });
        Assert.Contains("the disk is full", failure.Message, StringComparison.Ordinal);
        Assert.Equal(record.Rows.Count + 1, File.ReadAllLines(path).Length);
        Assert.EndsWith("\n", File.ReadAllText(path), StringComparison.Ordinal);
    }

    internal static BenchmarkRow Row(BenchmarkRunName name, double value) => new()
    {
        Name = name,
        Options = "a",
        Metrics = [.. Metric.All.Select((_, i) => i == 8 ? null : (double?)value)],
        Images = 83,
        TrainingSeconds = 275.5,
        MillisecondsPerImage = 16.25,
        PeakMegabytes = null,
        Threads = 2,
        RetortVersion = "0.1.0",
    };

    private void Write(params BenchmarkRow[] rows)
    {
        using BenchmarkRecord record = BenchmarkRecord.Open(Csv);
        foreach (BenchmarkRow row in rows)
        {
            record.Append(row);
        }
    }

    // Records compare their lists by reference.
    private static void AssertSame(BenchmarkRow expected, BenchmarkRow actual)
    {
        Assert.Equal(expected.Metrics, actual.Metrics);
        Assert.Equal(expected with { Metrics = [] }, actual with { Metrics = [] });
    }
}
