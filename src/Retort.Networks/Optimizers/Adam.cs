using Retort.Networks.Plans;
using Retort.Numerics;
using Retort.Numerics.Kernels;

namespace Retort.Networks.Optimizers;

/// <summary>Adam (Kingma and Ba 2015) as <c>torch.optim.Adam</c>.</summary>
/// <param name="plan">The plan whose parameters it changes.</param>
/// <param name="groups">Learning rates.</param>
/// <param name="beta1">Decay of the mean of gradients.</param>
/// <param name="beta2">Decay of the mean of squared gradients.</param>
/// <param name="epsilon">Added to the root of the latter.</param>
/// <param name="weightDecay">Added to gradients: decay times weight.</param>
public sealed unsafe class Adam(
    TrainingPlan plan, IReadOnlyList<ParameterGroup> groups, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
    : Optimizer(plan, groups, ["mean", "square"])
{
    private protected override void Update(WorkerPool pool, float* weights, float* gradient, int stateOffset, int length, double learningRate) =>
        AdamUpdate.Run(
            pool, weights, gradient, States[0].Pointer + stateOffset, States[1].Pointer + stateOffset, length,
            (float)learningRate, beta1, beta2, (float)epsilon, (float)weightDecay, Updates);
}
