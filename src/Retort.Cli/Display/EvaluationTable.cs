using Retort.Evaluation;
using Retort.Metrics;

namespace Retort.Cli.Display;

/// <summary>The results of an evaluation as a table: a row a metric, a column a map.</summary>
internal static class EvaluationTable
{
    /// <summary>Writes the table and what it is of.</summary>
    public static void Write(TextWriter output, EvaluationResult result)
    {
        var table = new Columns(["metric, %", .. result.Components.Select((c, i) => i == 0 ? c.Key + " (decides)" : c.Key)]);
        foreach (Metric metric in Metric.All)
        {
            table.Add([metric.Title, .. result.Components.Select(c => Numbers.Percent(metric.Of(c.Value)))]);
        }

        table.WriteTo(output);
        output.WriteLine();
        output.WriteLine($"{Numbers.Count(result.Images, "picture")}, {result.Anomalous} defective; {Numbers.Short(result.MillisecondsPerImage)} ms each in the model on {Numbers.Count(result.Threads, "thread")}, {Numbers.Time(TimeSpan.FromSeconds(result.Seconds))} in all");
    }
}
