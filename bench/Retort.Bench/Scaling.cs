using System.CommandLine;
using System.Globalization;

namespace Retort.Bench;

/// <summary>How time and memory grow with threads, batch and size; every figure from a process of its own.</summary>
internal static class Scaling
{
    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        Option<int[]> threads = BenchOptions.Wholes("--threads", [.. new[] { 1, Environment.ProcessorCount }.Distinct()], "Numbers of threads.");
        Option<int[]> batches = BenchOptions.Wholes("--batches", [1, 2, 4, 8], "Numbers of pictures at a time.");
        Option<int[]> sizes = BenchOptions.Wholes("--sizes", [128, 256, 384], "Sides of the pictures in pixels.");
        Option<int> repeat = BenchOptions.Repeat();
        var verb = new Command("scaling", "Seconds per picture and peak resident memory of an inspection and of both training steps.") { threads, batches, sizes, repeat };
        verb.SetAction(p => Run(p.GetRequiredValue(threads), p.GetRequiredValue(batches), p.GetRequiredValue(sizes), p.GetValue(repeat)));
        return verb;
    }

    private static void Run(int[] threads, int[] batches, int[] sizes, int repeat)
    {
        using var weights = new TemporaryWeights();
        Console.WriteLine($"seconds per picture (median of {repeat}) and peak resident memory in MB of a process that does only this");
        Console.WriteLine($"{"size",4} {"threads",7} {"batch",5} {string.Join("", Enum.GetValues<Work>().Select(w => $"{w,24}"))}");
        foreach (int size in sizes)
        {
            foreach (int thread in threads)
            {
                foreach (int batch in batches)
                {
                    Console.Write($"{size,4} {thread,7} {batch,5} ");
                    foreach (Work work in Enum.GetValues<Work>())
                    {
                        Console.Write(Show(Measurement.InChild(work, thread, batch, size, repeat, weights), batch));
                    }

                    Console.WriteLine();
                }
            }
        }
    }

    private static string Show(Measurement m, int batch) =>
        string.Create(CultureInfo.InvariantCulture, $"{m.Seconds / batch,14:0.0000} s {m.PeakMegabytes,5:0} MB");
}
