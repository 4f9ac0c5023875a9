using Retort.Networks.Plans;
using Retort.Numerics;
using Retort.Numerics.Kernels;

namespace Retort.Networks.Optimizers;

/// <summary>Stochastic gradient descent with momentum and weight decay, as <c>torch.optim.SGD</c>: v = momentum v + (g + decay w); w -= rate v.</summary>
/// <param name="plan">The plan whose parameters it changes.</param>
/// <param name="groups">Learning rates.</param>
/// <param name="momentum">Share of the last update in the next.</param>
/// <param name="weightDecay">Pull of every parameter towards zero, batch norm and biases included.</param>
public sealed unsafe class StochasticGradientDescent(TrainingPlan plan, IReadOnlyList<ParameterGroup> groups, double momentum, double weightDecay)
    : Optimizer(plan, groups, ["velocity"])
{
    private protected override void Update(WorkerPool pool, float* weights, float* gradient, int stateOffset, int length, double learningRate) =>
        SgdUpdate.Run(pool, weights, gradient, States[0].Pointer + stateOffset, length, (float)learningRate, (float)momentum, (float)weightDecay, nesterov: false);
}
