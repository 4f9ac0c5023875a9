using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Mixture;

namespace Retort.Networks;

/// <summary>A sum of tensors of one shape with learned weights that sum to one: y = sum over j of softmax(theta)[j] * x[j].</summary>
public sealed unsafe class Mixture : Operation
{
    /// <summary>Describes the operation.</summary>
    /// <param name="inputs">What is mixed.</param>
    /// <param name="theta">A vector with one value an input.</param>
    public Mixture(IReadOnlyList<Value> inputs, Parameter theta)
        : base(inputs, theta)
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        Shape first = Inputs[0].Shape;
        if (Inputs.FirstOrDefault(i => i.Shape != first) is Value other)
        {
            throw new ArgumentException($"Mixture needs tensors of one shape, not {first} and {other.Shape}.");
        }

        return Parameters[0].Length == Inputs.Count
            ? first
            : throw new ArgumentException($"{Parameters[0].Name} has {Parameters[0].Length} weights for {Inputs.Count} tensors.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Mixture(inputs, Parameters[0]);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        int count = Inputs.Count;
        Parameter parameter = Parameters[0];
        PlanBuffer theta = plan.Trains(parameter) ? plan.Fixed(parameter.Data) : plan.Copy(parameter.Data);
        PlanBuffer weights = plan.Temporary(count);
        PlanBuffer y = plan.Of(Output);
        plan.Save(this, weights);
        plan.Step($"{Name} weights", [theta], [weights], () => Kernel.Weights(theta.Pointer, count, weights.Pointer));
        for (int j = 0; j < count; j++)
        {
            int index = j;
            PlanBuffer x = plan.Of(Inputs[j]);
            plan.Step(Name, [weights, x], [y], () => Kernel.AddShare(pool, weights.Pointer + index, x.Pointer, y.Pointer, y.Length, accumulate: index > 0));
        }
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        int count = Inputs.Count;
        PlanBuffer weights = plan.Saved(this)[0];
        PlanBuffer dy = plan.GradientOf(Output);
        if (plan.Trains(Parameters[0]))
        {
            PlanBuffer dWeights = plan.Temporary(count);
            PlanBuffer scratch = plan.Temporary(Kernel.ScratchLength(dy.Length));
            PlanBuffer dTheta = plan.GradientOf(Parameters[0]);
            for (int j = 0; j < count; j++)
            {
                int index = j;
                PlanBuffer x = plan.Of(Inputs[j]);
                plan.Step(
                    $"{Name} weight gradient", [dy, x], [dWeights, scratch],
                    () => Kernel.WeightGradient(pool, dy.Pointer, x.Pointer, x.Length, scratch.Pointer, dWeights.Pointer + index));
            }

            plan.Step($"{Name} theta gradient", [weights, dWeights], [dTheta], () => Kernel.ThetaGradient(weights.Pointer, dWeights.Pointer, count, dTheta.Pointer));
        }

        for (int j = 0; j < count; j++)
        {
            if (plan.NeedsGradient(Inputs[j]))
            {
                int index = j;
                PlanBuffer dx = plan.ContributeTo(Inputs[j], out bool accumulate);
                plan.Step($"{Name} gradient", [weights, dy], [dx], () => Kernel.AddShare(pool, weights.Pointer + index, dy.Pointer, dx.Pointer, dx.Length, accumulate));
            }
        }
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        var weights = new float[Inputs.Count];
        fixed (float* pointer = weights)
        {
            Kernel.Weights(Parameters[0].Data.Pointer, weights.Length, pointer);
        }

        return onnx.Add("Sum", [.. Inputs.Select((x, j) => onnx.Add("Mul", [onnx.Of(x), onnx.Number(weights[j])]))]);
    }
}
