using System.CommandLine;
using System.Globalization;
using Retort.Numerics;
using Retort.Numerics.Vectors;

namespace Retort.Bench;

/// <summary>The two limits of this machine: multiply-adds, and memory by the size of what is gone through.</summary>
internal static class Roofline
{
    private const int Rounds = 5;

    // Of each round and size: long against a timer, short against what else a host does.
    private const double Seconds = 0.05;

    // A second-level cache, a share of a third-level one, and far more than any cache.
    private static readonly long[] Sizes = [384L << 10, 6L << 20, 384L << 20];

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        Option<int[]> threads = BenchOptions.Wholes("--threads", [.. new[] { 1, Environment.ProcessorCount }.Distinct()], "Numbers of threads.");
        var verb = new Command("roofline", "Multiply-add peak and memory bandwidth of this machine.") { threads };
        verb.SetAction(p => Run(p.GetRequiredValue(threads)));
        return verb;
    }

    private static void Run(int[] threads)
    {
        Console.WriteLine($"vectors of {Simd.Bits} bits; medians of {Rounds}; GB/s of reading, and of a = b + s * c (three arrays, what is read to be overwritten not counted)");
        Console.WriteLine($"{"threads",7} {"GFLOP/s",8} {string.Concat(Sizes.Select(s => $"{$"{s >> 10} KB a thread",28}"))}");
        foreach (int count in threads)
        {
            using var pool = new WorkerPool(count);
            double peak = Median.Of(Enumerable.Range(0, Rounds).Select(_ => MultiplyAddPeak.Measure(pool)));
            Console.Write(string.Create(CultureInfo.InvariantCulture, $"{count,7} {peak / 1e9,8:0}"));
            foreach (long size in Sizes)
            {
                var memory = new MemoryBandwidth(pool, size * count);
                double read = Median.Of(Enumerable.Range(0, Rounds).Select(_ => memory.Read(Seconds)));
                double triad = Median.Of(Enumerable.Range(0, Rounds).Select(_ => memory.Triad(Seconds)));
                Console.Write(string.Create(CultureInfo.InvariantCulture, $"{$"read {read / 1e9:0.0}, triad {triad / 1e9:0.0}",28}"));
            }

            Console.WriteLine();
        }
    }
}
