using Retort.Methods;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Bench;

/// <summary>Weights as training begins with them, a teacher of noise included: speed and memory do not depend on values.</summary>
internal static class UntrainedWeights
{
    /// <summary>A teacher of noise.</summary>
    public static IReadOnlyList<NamedTensor> Teacher()
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

    /// <summary>All that a detector needs.</summary>
    public static IReadOnlyList<NamedTensor> Detector(string method = MethodTask.DeSTSeg)
    {
        using var pool = new WorkerPool(1);
        using ITrainingRun run = MethodCatalog.Get(method).StartTraining(MethodTask.OptionsOf(method), Teacher(), batch: 1, seed: 0, pool);
        return run.ExportWeights();
    }
}
