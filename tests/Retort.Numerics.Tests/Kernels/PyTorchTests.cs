using System.Text.Json;
using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

/// <summary>The kernels against PyTorch: Goldens/kernels.json, made by Goldens/make_kernels.py.</summary>
public sealed unsafe class PyTorchTests
{
    private static readonly Dictionary<string, Dictionary<string, float[]>> Goldens =
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, float[]>>>(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", "kernels.json")))!;

    [Fact]
    public void Batch_norm_in_training_matches()
    {
        Dictionary<string, float[]> g = Goldens["batch_norm"];
        const int rows = 2 * 3 * 5, c = 6;
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock mean = memory.Out(c), inverse = memory.Out(c), scratch = memory.Out(BatchNorm.ScratchLength(rows, c)), y = memory.Out(rows * c);
            GuardedBlock runningMean = memory.InOut(new float[c]), runningVariance = memory.InOut([.. Enumerable.Repeat(1f, c)]);
            GuardedBlock dx = memory.Out(rows * c), dResidual = memory.Out(rows * c), dGamma = memory.Out(c), dBeta = memory.Out(c);
            BatchNorm.TrainingForward(
                pool, memory.In(g["x"]), rows, c, memory.In(g["gamma"]), memory.In(g["beta"]), runningMean, runningVariance, 0.1f, 1e-5f, mean, inverse, memory.In(g["residual"]), true, y, scratch);
            BatchNorm.TrainingBackward(
                pool, memory.In(g["x"]), true, y, memory.In(g["dy"]), rows, c, memory.In(g["gamma"]), memory.In(g["beta"]), mean, inverse, dx, false, dGamma, dBeta, dResidual, false, scratch);
            return [y, dx, dGamma, dBeta, dResidual, runningMean, runningVariance];
        });
        AssertMatch(g, results, "y", "dx", "dgamma", "dbeta", "dresidual", "running_mean", "running_var");
    }

    [Fact]
    public void Max_pool_matches()
    {
        Dictionary<string, float[]> g = Goldens["max_pool"];
        float[][] results = Trial.Run((pool, memory) =>
        {
            int outputs = g["y"].Length;
            GuardedBlock y = memory.Out(outputs), argmax = memory.Out(outputs), dx = memory.Out(g["x"].Length);
            MaxPool.Forward(pool, memory.In(g["x"]), 2, 7, 6, 3, 3, 2, 1, y, (int*)argmax);
            MaxPool.Backward(pool, memory.In(g["dy"]), (int*)argmax, 2, 7, 6, 3, 3, 2, 1, dx, accumulate: false);
            return [y, argmax, dx];
        });
        results[1] = Array.ConvertAll(results[1], v => (float)BitConverter.SingleToInt32Bits(v));
        AssertMatch(g, results, "y", "argmax", "dx");
    }

    [Theory]
    [InlineData(10, 8)]
    [InlineData(7, 9)]
    [InlineData(3, 2)]
    public void Resize_matches(int outH, int outW)
    {
        foreach (bool align in new[] { false, true })
        {
            Dictionary<string, float[]> g = Goldens[$"resize_{outH}x{outW}_{(align ? "aligned" : "half_pixel")}"];
            var plan = new ResizePlan(5, 4, outH, outW, align);
            float[][] results = Trial.Run((pool, memory) =>
            {
                GuardedBlock y = memory.Out(g["y"].Length), dx = memory.Out(g["x"].Length);
                Resize.Forward(pool, plan, memory.In(g["x"]), 1, 3, y, 3);
                Resize.Backward(pool, plan, memory.In(g["dy"]), 3, 1, 3, dx, accumulate: false);
                return [y, dx];
            });
            AssertMatch(g, results, "y", "dx");
        }
    }

    [Fact]
    public void L2_normalisation_matches()
    {
        Dictionary<string, float[]> g = Goldens["l2_normalize"];
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(60), norms = memory.Out(12), dx = memory.Out(60);
            L2Normalize.Forward(pool, memory.In(g["x"]), 12, 5, 1e-12f, y, norms);
            L2Normalize.Backward(pool, memory.In(g["x"]), norms, memory.In(g["dy"]), 12, 5, 1e-12f, dx, accumulate: false);
            return [y, dx];
        });
        AssertMatch(g, results, "y", "dx");
    }

    [Fact]
    public void Cosine_distance_matches()
    {
        Dictionary<string, float[]> g = Goldens["cosine_distance"];
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(12), saved = memory.Out(CosineDistance.SavedLength(12)), da = memory.Out(60), db = memory.Out(60);
            CosineDistance.Forward(pool, memory.In(g["a"]), memory.In(g["b"]), 12, 5, 1e-12f, y, saved);
            CosineDistance.Backward(pool, memory.In(g["a"]), memory.In(g["b"]), saved, memory.In(g["dy"]), 12, 5, 1e-12f, da, false, db, false);
            return [y, da, db];
        });
        AssertMatch(g, results, "y", "da", "db");
    }

    [Fact]
    public void Flat_cosine_distance_matches()
    {
        Dictionary<string, float[]> g = Goldens["flat_cosine_distance"];
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(2), saved = memory.Out(FlatCosineDistance.SavedLength(2)), da = memory.Out(60), db = memory.Out(60);
            FlatCosineDistance.Forward(pool, memory.In(g["a"]), memory.In(g["b"]), 2, 30, y, saved, memory.Out(FlatCosineDistance.ScratchLength(2, 30)));
            FlatCosineDistance.Backward(pool, memory.In(g["a"]), memory.In(g["b"]), saved, memory.In(g["dy"]), 2, 30, da, false, db, false);
            return [y, da, db];
        });
        AssertMatch(g, results, "y", "da", "db");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Segmentation_loss_matches(int gamma)
    {
        Dictionary<string, float[]> g = Goldens[$"segmentation_loss_{gamma}"];
        int count = g["z"].Length;
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock loss = memory.Out(1), dz = memory.Out(count);
            SegmentationLoss.Forward(pool, memory.In(g["z"]), memory.In(g["m"]), count, gamma, true, memory.Out(SegmentationLoss.ScratchLength(count)), loss);
            SegmentationLoss.Backward(pool, memory.In(g["z"]), memory.In(g["m"]), count, gamma, true, memory.In([1]), dz, accumulate: false);
            return [loss, dz];
        });
        AssertMatch(g, results, "loss", "dz");
    }

    [Theory]
    [InlineData("sgd", 0.4f, 0.9f, 0.01f, false)]
    [InlineData("sgd_nesterov", 0.1f, 0.9f, 0.01f, true)]
    [InlineData("sgd_plain", 0.1f, 0f, 0f, false)]
    public void Four_steps_of_sgd_match(string name, float lr, float momentum, float decay, bool nesterov)
    {
        Dictionary<string, float[]> g = Goldens[name];
        int count = g["start"].Length;
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock w = memory.InOut(g["start"]), v = memory.InOut(new float[count]), gradients = memory.In(g["gradients"]);
            for (int step = 0; step < 4; step++)
            {
                SgdUpdate.Run(pool, w, (float*)gradients + (step * count), v, count, lr, momentum, decay, nesterov);
            }

            return [w];
        });
        AssertMatch(g, results, "w");
    }

    [Theory]
    [InlineData("adam", 0.005f, 0.5, 0f)]
    [InlineData("adam_decay", 0.01f, 0.9, 0.1f)]
    public void Four_steps_of_Adam_match(string name, float lr, double beta1, float decay)
    {
        Dictionary<string, float[]> g = Goldens[name];
        int count = g["start"].Length;
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock w = memory.InOut(g["start"]), m = memory.InOut(new float[count]), v = memory.InOut(new float[count]), gradients = memory.In(g["gradients"]);
            for (int step = 0; step < 4; step++)
            {
                AdamUpdate.Run(pool, w, (float*)gradients + (step * count), m, v, count, lr, beta1, 0.999, 1e-8f, decay, step + 1);
            }

            return [w];
        });
        AssertMatch(g, results, "w");
    }

    private static void AssertMatch(Dictionary<string, float[]> golden, float[][] results, params string[] names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            AssertClose(golden[names[i]].ToDouble(), results[i], 1e-5, 3e-6);
        }
    }
}
