using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Retort.Methods;
using Retort.Methods.DeSTSeg;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Bench;

/// <summary>DeSTSeg at 256 x 256: an inspection and a training step of each phase, alone or turn by turn with PyTorch.</summary>
internal sealed class DeSTSegTimes : IDisposable
{
    private readonly WorkerPool _pool;
    private readonly DeSTSegOptions _options;
    private readonly DeSTSegTraining _run;
    private readonly IScorer _scorer;
    private readonly TrainingBatch _batch;

    private DeSTSegTimes(int threads, int batch)
    {
        _pool = new WorkerPool(threads);
        _options = new DeSTSegOptions { Batch = batch };
        _run = new DeSTSegTraining(_options, Teacher(), batch, 0, _pool);
        _scorer = new DeSTSegMethod().CreateScorer(_options, _run.ExportWeights(), new ScorerSettings(_pool));
        _batch = new TrainingBatch(batch, _options.Size);
        var random = new Random(0);
        foreach (float[] values in new[] { _batch.Clean, _batch.Corrupted })
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)((random.NextDouble() * 4) - 2);
            }
        }

        for (int i = 0; i < _batch.Mask.Length; i++)
        {
            _batch.Mask[i] = i / 64 % 10 == 0 ? 1 : 0;
        }
    }

    public void Dispose()
    {
        _scorer.Dispose();
        _run.Dispose();
        _pool.Dispose();
    }

    /// <summary>Our times beside PyTorch's, taken in turns.</summary>
    public static void AgainstPyTorch(string script, int threads, int batch, int rounds)
    {
        using var ours = new DeSTSegTimes(threads, batch);
        var ratios = new Dictionary<string, List<double>>();
        for (int round = 0; round < rounds; round++)
        {
            Dictionary<string, double> mine = ours.Measure(3);
            Dictionary<string, double> theirs = PyTorch(script, threads, batch);
            foreach ((string name, double seconds) in mine)
            {
                double ratio = seconds / theirs[name];
                ratios.TryAdd(name, []);
                ratios[name].Add(ratio);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}: {name,-12} {seconds,7:0.000} s, PyTorch {theirs[name],7:0.000} s, ratio {ratio:0.000}"));
            }
        }

        foreach ((string name, List<double> values) in ratios)
        {
            values.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12} median ratio {values[values.Count / 2]:0.000} ({values[0]:0.000} to {values[^1]:0.000})"));
        }

        Console.WriteLine($"our peak resident memory {Process.GetCurrentProcess().PeakWorkingSet64 / (1 << 20)} MB");
    }

    /// <summary>Where the time of each goes, by operation.</summary>
    public static void Profile(int threads, int batch)
    {
        using var ours = new DeSTSegTimes(threads, batch);
        for (int phase = 0; phase < 2; phase++)
        {
            ours._run.Step(phase, 0, ours._batch);
            ours._run.Step(phase, 1, ours._batch);
            ours._run.Plan!.Profile();
            Show($"training step of phase {phase + 1}, batch {batch}", ours._run.Plan);
        }

        ours._run.Dispose();
        InferencePlan plan = ((DeSTSegScoring)ours._scorer).Plan;
        plan.Run();
        plan.Run();
        plan.Profile(0);
        Show("inspection", plan);
    }

    private static void Show(string title, Plan plan)
    {
        double total = plan.Steps.Sum(s => s.Ticks) / (double)Stopwatch.Frequency;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {total * 1e3:0.0} ms, arena {plan.ArenaBytes >> 20} MB"));
        foreach (PlanStep step in plan.Steps.OrderByDescending(s => s.Ticks).Take(40))
        {
            double seconds = step.Ticks / (double)Stopwatch.Frequency;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {seconds * 1e3,9:0.00} ms {100 * seconds / total,5:0.0}%  {step.Name}"));
        }
    }

    private static Dictionary<string, double> PyTorch(string script, int threads, int batch)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [script, "--threads", $"{threads}", "--batch", $"{batch}", "--repeat", "3"]) { RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        using JsonDocument json = JsonDocument.Parse(output);
        return json.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number).ToDictionary(p => p.Name, p => p.Value.GetDouble());
    }

    private static List<NamedTensor> Teacher()
    {
        var random = new Random(1);
        var tensors = new List<NamedTensor>();
        foreach (ResNetConvolution c in ResNetArchitecture.ResNet18.Convolutions(3))
        {
            double scale = Math.Sqrt(6.0 / (c.Inputs * c.Kernel * c.Kernel));
            float[] weights = [.. Enumerable.Range(0, c.Outputs * c.Inputs * c.Kernel * c.Kernel).Select(_ => (float)(scale * ((random.NextDouble() * 2) - 1)))];
            tensors.Add(new NamedTensor($"{c.Name}.weight", [c.Outputs, c.Inputs, c.Kernel, c.Kernel], weights));
            tensors.Add(new NamedTensor($"{c.Name}.bias", [c.Outputs], new float[c.Outputs]));
        }

        return tensors;
    }

    private Dictionary<string, double> Measure(int repeat)
    {
        double Median(Action work)
        {
            work();
            double[] seconds = new double[repeat];
            for (int i = 0; i < repeat; i++)
            {
                long start = Stopwatch.GetTimestamp();
                work();
                seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }

            Array.Sort(seconds);
            return seconds[repeat / 2];
        }

        return new()
        {
            ["infer_b1"] = Median(() => _scorer.Run(1, allComponents: false)),
            ["phase1_step"] = Median(() => _run.Step(0, 0, _batch)),
            ["phase2_step"] = Median(() => _run.Step(1, 0, _batch)),
        };
    }
}
