using System.CommandLine;
using System.Diagnostics;
using Retort.Networks;
using Retort.Numerics;
using Retort.Numerics.Kernels.Convolution;
using Retort.Numerics.Vectors;

namespace Retort.Bench;

/// <summary>
/// Convolutions of DeSTSeg's shapes against the multiply-add peak of the same cores, interleaved: the share is of what the peak allows if every
/// operation the algorithm has to do, be it of a product or of a transform, takes the time of one multiply-add and nothing else takes any.
/// </summary>
internal static unsafe class ConvolutionBench
{
    private static readonly ConvolutionShape[] Shapes =
    [
        new(1, 256, 256, 3, 64, 7, 7, 2, 3),
        new(1, 64, 64, 64, 64, 3, 3, 1, 1),
        new(1, 32, 32, 128, 128, 3, 3, 1, 1),
        new(1, 16, 16, 256, 256, 3, 3, 1, 1),
        new(1, 8, 8, 512, 512, 3, 3, 1, 1),
        new(8, 8, 8, 512, 512, 3, 3, 1, 1),
        new(1, 64, 64, 256, 256, 3, 3, 1, 1),
        new(1, 64, 64, 1024, 256, 3, 3, 1, 1),
        new(1, 64, 64, 256, 256, 3, 3, 1, 6, 6),
        new(1, 64, 64, 256, 256, 3, 3, 1, 12, 12),
        new(1, 64, 64, 256, 256, 3, 3, 1, 18, 18),
        new(1, 64, 64, 64, 128, 3, 3, 2, 1),
        new(1, 16, 16, 256, 512, 3, 3, 2, 1),
        new(1, 64, 64, 448, 256, 1, 1),
        new(1, 32, 32, 128, 64, 1, 1),
        new(1, 64, 64, 64, 64, 1, 1),
    ];

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        Option<int> threads = BenchOptions.Whole("--threads", 1, "Threads.");
        Option<int> rounds = BenchOptions.Whole("--rounds", 9, "Rounds to take the medians of.");
        var verb = new Command("convolution", "Direct and Winograd convolution and their gradients, as shares of what the multiply-add peak allows each algorithm.") { threads, rounds };
        verb.SetAction(p => Run(p.GetValue(threads), p.GetValue(rounds)));
        return verb;
    }

    private static void Run(int threads, int rounds)
    {
        using var pool = new WorkerPool(threads);
        Console.WriteLine($"{threads} thread(s), vectors of {Simd.Bits} bits; GFLOP/s by direct count (share of what the peak of the same round allows for the algorithm's own operations), medians of {rounds}");
        Console.WriteLine($"{"N,H,W,in,out,k,stride,dilation",-34} {"algorithm",-9} {"forward",16} {"data gradient",16} {"weight gradient",16}");
        foreach (ConvolutionShape s in Shapes)
        {
            Show(s, "direct", Rates(pool, s, new DirectConvolution(s), new WeightGradient(s), [s.MultiplyAdds, s.MultiplyAdds, s.MultiplyAdds], rounds));
            if (ConvolutionAlgorithms.Tile(s) is WinogradTile tile)
            {
                var winograd = new WinogradConvolution(s, tile);
                Show(s, $"{tile}", Rates(pool, s, winograd, winograd, WinogradOperations.Count(s, tile), rounds));
            }
        }
    }

    private static List<(double Rate, double Share)>[] Rates(WorkerPool pool, ConvolutionShape s, IConvolution convolution, IWeightGradient gradient, long[] operations, int rounds)
    {
        AlignedBuffer x = Noise(s.InputLength), y = Noise(s.OutputLength), w = Noise(s.WeightLength), dx = Noise(s.InputLength), dw = Noise(s.WeightLength);
        var packed = new AlignedBuffer(convolution.PackedLength);
        var packedGradient = new AlignedBuffer(convolution.DataGradientPackedLength);
        var scratch = new AlignedBuffer(Math.Max(convolution.ScratchLength(pool.Threads), gradient.ScratchLength(pool.Threads)));
        convolution.Pack(pool, w.Pointer, packed.Pointer);
        convolution.PackForDataGradient(pool, w.Pointer, packedGradient.Pointer);
        GC.KeepAlive(w);
        Action[] work =
        [
            () => convolution.Forward(pool, x.Pointer, packed.Pointer, null, null, false, y.Pointer, scratch.Pointer),
            () => convolution.DataGradient(pool, y.Pointer, packedGradient.Pointer, false, dx.Pointer, scratch.Pointer),
            () => gradient.Run(pool, x.Pointer, y.Pointer, dw.Pointer, scratch.Pointer),
        ];
        List<(double Rate, double Share)>[] rates = [[], [], []];
        int repeat = (int)Math.Max(1, 2e9 / (2.0 * s.MultiplyAdds));
        for (int round = 0; round < rounds; round++)
        {
            double peak = MultiplyAddPeak.Measure(pool);
            for (int i = 0; i < work.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                for (int r = 0; r < repeat; r++)
                {
                    work[i]();
                }

                double runs = repeat / Stopwatch.GetElapsedTime(start).TotalSeconds;
                rates[i].Add((2.0 * s.MultiplyAdds * runs, 2.0 * operations[i] * runs / peak));
            }
        }

        GC.KeepAlive((packed, packedGradient, scratch));
        return rates;
    }

    private static void Show(ConvolutionShape s, string algorithm, List<(double Rate, double Share)>[] rates)
    {
        string[] medians = [.. rates.Select(r => $"{Median.Of(r.Select(v => v.Rate)) / 1e9,8:0.0} ({100 * Median.Of(r.Select(v => v.Share)),3:0}%)")];
        Console.WriteLine($"{$"{s.N},{s.H},{s.W},{s.InChannels},{s.OutChannels},{s.KernelH},{s.Stride},{s.Dilation}",-34} {algorithm,-9} {medians[0],16} {medians[1],16} {medians[2],16}");
    }

    private static AlignedBuffer Noise(long length)
    {
        var random = new Random(1);
        var buffer = new AlignedBuffer(length);
        foreach (ref float v in buffer.Span)
        {
            v = random.NextSingle() - 0.5f;
        }

        return buffer;
    }
}
