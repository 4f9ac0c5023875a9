using System.CommandLine;
using System.Diagnostics;
using Retort.Numerics;
using Retort.Numerics.Kernels.Convolution;
using Retort.Numerics.Vectors;

namespace Retort.Bench;

/// <summary>Convolutions of DeSTSeg's shapes against the multiply-add peak of the same cores, interleaved.</summary>
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
        var verb = new Command("convolution", "Direct convolution and its gradients, as shares of the multiply-add peak.") { threads, rounds };
        verb.SetAction(p => Run(p.GetValue(threads), p.GetValue(rounds)));
        return verb;
    }

    private static void Run(int threads, int rounds)
    {
        using var pool = new WorkerPool(threads);
        Console.WriteLine($"direct convolution, {threads} thread(s), vectors of {Simd.Bits} bits; GFLOP/s (share of the peak measured in the same round), medians of {rounds}");
        Console.WriteLine($"{"N,H,W,in,out,k,stride,dilation",-34} {"forward",16} {"data gradient",16} {"weight gradient",16}");
        foreach (ConvolutionShape s in Shapes)
        {
            var direct = new DirectConvolution(s);
            var gradient = new WeightGradient(s);
            AlignedBuffer x = Noise(s.InputLength), y = Noise(s.OutputLength), w = Noise(s.WeightLength), dx = Noise(s.InputLength), dw = Noise(s.WeightLength);
            var packed = new AlignedBuffer(direct.PackedLength);
            var packedGradient = new AlignedBuffer(direct.DataGradientPackedLength);
            var scratch = new AlignedBuffer(Math.Max(direct.ScratchLength(threads), gradient.ScratchLength(threads)));
            direct.Pack(pool, w.Pointer, packed.Pointer);
            direct.PackForDataGradient(pool, w.Pointer, packedGradient.Pointer);
            Action[] work =
            [
                () => direct.Forward(pool, x.Pointer, packed.Pointer, null, null, false, y.Pointer, scratch.Pointer),
                () => direct.DataGradient(pool, y.Pointer, packedGradient.Pointer, false, dx.Pointer, scratch.Pointer),
                () => gradient.Run(pool, x.Pointer, y.Pointer, dw.Pointer, scratch.Pointer),
            ];
            var rates = new List<(double Rate, double Share)>[] { [], [], [] };
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

                    double rate = 2.0 * s.MultiplyAdds * repeat / Stopwatch.GetElapsedTime(start).TotalSeconds;
                    rates[i].Add((rate, rate / peak));
                }
            }

            string Show(List<(double Rate, double Share)> r) =>
                $"{r.Select(v => v.Rate).Order().ElementAt(r.Count / 2) / 1e9,8:0.0} ({100 * r.Select(v => v.Share).Order().ElementAt(r.Count / 2),3:0}%)";
            Console.WriteLine($"{$"{s.N},{s.H},{s.W},{s.InChannels},{s.OutChannels},{s.KernelH},{s.Stride},{s.Dilation}",-34} {Show(rates[0]),16} {Show(rates[1]),16} {Show(rates[2]),16}");
        }
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
