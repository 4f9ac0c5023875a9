using System.Text.Json;
using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

/// <summary>The kernels of coordinate attention and of the memory against PyTorch: Goldens/attention.json, made by Goldens/make_attention.py.</summary>
public sealed unsafe class AttentionPyTorchTests
{
    private static readonly Dictionary<string, Dictionary<string, float[]>> Goldens =
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, float[]>>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", "attention.json")))!;

    [Fact]
    public void Hard_swish_matches() => AssertMatch("hard_swish", ["y", "dx"], (g, pool, memory) =>
    {
        GuardedBlock y = memory.Out(41), dx = memory.Out(41);
        HardSwish.Forward(pool, memory.In(g["x"]), y, 41);
        HardSwish.Backward(pool, memory.In(g["x"]), memory.In(g["dy"]), dx, 41, accumulate: false);
        return [y, dx];
    });

    [Fact]
    public void Axis_means_match() => AssertMatch("axis_means", ["y", "dx"], (g, pool, memory) =>
    {
        GuardedBlock y = memory.Out(70), dx = memory.Out(120);
        AxisMeans.Forward(pool, memory.In(g["x"]), 2, 3, 4, 5, y);
        AxisMeans.Backward(pool, memory.In(g["dy"]), 2, 3, 4, 5, dx, accumulate: false);
        return [y, dx];
    });

    [Fact]
    public void Axis_scale_matches() => AssertMatch("axis_scale", ["y", "dx", "drows", "dcolumns"], (g, pool, memory) =>
    {
        GuardedBlock x = memory.In(g["x"]), rows = memory.In(g["rows"]), columns = memory.In(g["columns"]), dy = memory.In(g["dy"]);
        GuardedBlock y = memory.Out(120), dx = memory.Out(120), dRows = memory.Out(30), dColumns = memory.Out(40);
        AxisScale.Forward(pool, x, rows, columns, 2, 3, 4, 5, y, accumulate: false);
        AxisScale.Forward(pool, dy, rows, columns, 2, 3, 4, 5, dx, accumulate: false);
        AxisScale.RowsBackward(pool, dy, x, columns, 2, 3, 4, 5, dRows, accumulate: false);
        AxisScale.ColumnsBackward(pool, dy, x, rows, 2, 3, 4, 5, dColumns, accumulate: false);
        return [y, dx, dRows, dColumns];
    });

    [Fact]
    public void Softmax_matches() => AssertMatch("softmax", ["y", "dx"], (g, pool, memory) =>
    {
        GuardedBlock y = memory.Out(72), dx = memory.Out(72);
        Softmax.Forward(pool, memory.In(g["x"]), 12, 6, 10, y);
        Softmax.Backward(pool, y, memory.In(g["dy"]), 12, 6, 10, dx, accumulate: false);
        return [y, dx];
    });

    [Fact]
    public void Entropy_matches() => AssertMatch("entropy", ["y", "dx"], (g, pool, memory) =>
    {
        GuardedBlock y = memory.Out(12), dx = memory.Out(72);
        Entropy.Forward(pool, memory.In(g["x"]), 12, 6, y);
        Entropy.Backward(pool, memory.In(g["x"]), memory.In(g["dy"]), 12, 6, dx, accumulate: false);
        return [y, dx];
    });

    [Fact]
    public void Hard_shrinkage_matches() => AssertMatch("hard_shrink", ["y", "dx"], (g, pool, memory) =>
    {
        GuardedBlock y = memory.Out(72), sums = memory.Out(12), dx = memory.Out(72);
        HardShrink.Forward(pool, memory.In(g["x"]), 12, 6, 0.15f, y, sums);
        HardShrink.Backward(pool, memory.In(g["x"]), y, sums, memory.In(g["dy"]), 12, 6, 0.15f, dx, accumulate: false);
        return [y, dx];
    });

    [Fact]
    public void Scaling_by_length_matches() => AssertMatch("scale_by_length", ["y", "dx", "dreference"], (g, pool, memory) =>
    {
        GuardedBlock x = memory.In(g["x"]), reference = memory.In(g["reference"]), dy = memory.In(g["dy"]);
        GuardedBlock y = memory.Out(60), dx = memory.Out(60), dReference = memory.Out(60);
        ScaleByLength.Forward(pool, x, reference, 12, 5, y);
        ScaleByLength.Backward(pool, reference, dy, 12, 5, dx, accumulate: false);
        ScaleByLength.ReferenceBackward(pool, x, reference, dy, 12, 5, dReference, accumulate: false);
        return [y, dx, dReference];
    });

    [Fact]
    public void Mixture_matches() => AssertMatch("mixture", ["y", "dx", "dtheta"], (g, pool, memory) =>
    {
        GuardedBlock x = memory.In(g["x"]), dy = memory.In(g["dy"]), weights = memory.Out(3), slopes = memory.Out(3);
        GuardedBlock y = memory.Out(50), dx = memory.Out(150), dTheta = memory.Out(3), scratch = memory.Out(Mixture.ScratchLength(50));
        Mixture.Weights(memory.In(g["theta"]), 3, weights);
        for (int j = 0; j < 3; j++)
        {
            Mixture.AddShare(pool, (float*)weights + j, (float*)x + (50 * j), y, 50, accumulate: j > 0);
            Mixture.AddShare(pool, (float*)weights + j, dy, (float*)dx + (50 * j), 50, accumulate: false);
            Mixture.WeightGradient(pool, dy, (float*)x + (50 * j), 50, scratch, (float*)slopes + j);
        }

        Mixture.ThetaGradient(weights, slopes, 3, dTheta);
        return [y, dx, dTheta];
    });

    private static void AssertMatch(string name, string[] results, Func<Dictionary<string, float[]>, WorkerPool, Memory, GuardedBlock[]> run)
    {
        Dictionary<string, float[]> golden = Goldens[name];
        float[][] found = Trial.Run((pool, memory) => run(golden, pool, memory));
        for (int i = 0; i < results.Length; i++)
        {
            AssertClose(golden[results[i]].ToDouble(), found[i], 1e-5, 3e-6);
        }
    }
}
