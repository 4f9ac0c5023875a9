using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Retort.Networks.Plans;
using Retort.Numerics.Vectors;

namespace Retort.Bench;

/// <summary>Where the time of an inspection and of both training steps goes, operation by operation, and how near each is to the machine's peak.</summary>
internal static class LayerTimes
{
    private sealed record Row(string Name, double Seconds, long MultiplyAdds);

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        var (method, threads, batch) = (BenchOptions.Method(), BenchOptions.Threads(), BenchOptions.Batch());
        Option<int> repeat = BenchOptions.Whole("--repeat", 5, "Runs to take the medians of.");
        var verb = new Command("layers", "Time of every operation of an inspection and of both training steps, and its share of the multiply-add peak.") { method, threads, batch, repeat };
        verb.SetAction(p =>
        {
            string name = p.GetRequiredValue(method);
            Show(name, Work.Inspection, p.GetValue(threads), 1, p.GetValue(repeat));
            Show(name, Work.Student, p.GetValue(threads), p.GetValue(batch), p.GetValue(repeat));
            if (MethodTask.OptionsOf(name).Steps.Count > 1)
            {
                Show(name, Work.Segmentation, p.GetValue(threads), p.GetValue(batch), p.GetValue(repeat));
            }
        });
        return verb;
    }

    private static void Show(string method, Work work, int threads, int batch, int repeat)
    {
        using MethodTask task = MethodTask.Create(method, work, threads, batch, MethodTask.PaperSize, () => UntrainedWeights.Detector(method));
        (IReadOnlyList<Row> rows, double peak) = Measure(task, repeat);
        double total = rows.Sum(r => r.Seconds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{new Quantity(work, batch)}: {total * 1e3:0.0} ms, arena {task.Plan.ArenaBytes >> 20} MB, {threads} thread(s), vectors of {Simd.Bits} bits, multiply-add peak {peak / 1e9:0.0} GFLOP/s, medians of {repeat}"));
        Console.WriteLine("Multiplications are those of direct convolution: faster algorithms exceed what they really do, and may exceed the peak.");
        Print("by kind", Kinds(rows), total, peak);
        Print("by operation", rows, total, peak);
        Console.WriteLine();
    }

    private static (IReadOnlyList<Row> Rows, double Peak) Measure(MethodTask task, int repeat)
    {
        task.Run();
        task.Run();
        MultiplyAddPeak.Measure(task.Pool);
        IReadOnlyList<PlanStep> steps = task.Plan.Steps;
        var ticks = new double[steps.Count][];
        for (int i = 0; i < ticks.Length; i++)
        {
            ticks[i] = new double[repeat];
        }

        var peaks = new double[repeat];
        for (int r = 0; r < repeat; r++)
        {
            peaks[r] = MultiplyAddPeak.Measure(task.Pool);
            task.Profile();
            for (int i = 0; i < ticks.Length; i++)
            {
                ticks[i][r] = steps[i].Ticks;
            }
        }

        Row[] rows = [.. steps.Select((s, i) => new Row(s.Name, Median.Of(ticks[i]) / Stopwatch.Frequency, s.MultiplyAdds))];
        return (rows, Median.Of(peaks));
    }

    private static IEnumerable<Row> Kinds(IReadOnlyList<Row> rows) =>
        rows.GroupBy(r => Kind(r.Name)).Select(g => new Row($"{g.Key} ({g.Count()})", g.Sum(r => r.Seconds), g.Sum(r => r.MultiplyAdds)));

    // "Convolution student.conv1.weight data gradient" without its parameter, the only word with a dot.
    private static string Kind(string name) => string.Join(' ', name.Split(' ').Where(word => !word.Contains('.', StringComparison.Ordinal)));

    private static void Print(string title, IEnumerable<Row> rows, double total, double peak)
    {
        Console.WriteLine($"{"ms",10} {"share",6} {"GFLOP/s",8} {"of peak",7}  {title}");
        foreach (Row row in rows.OrderByDescending(r => r.Seconds))
        {
            double rate = row.Seconds > 0 ? 2.0 * row.MultiplyAdds / row.Seconds : 0;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{row.Seconds * 1e3,10:0.000} {100 * row.Seconds / total,5:0.0}% {rate / 1e9,8:0.0} {100 * rate / peak,6:0}%  {row.Name}"));
        }
    }
}
