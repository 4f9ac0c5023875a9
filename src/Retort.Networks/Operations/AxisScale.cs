using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.AxisScale;

namespace Retort.Networks;

/// <summary>A tensor <c>[N, H, W, C]</c> times factors of its rows <c>[N, H, 1, C]</c> and of its columns <c>[N, W, 1, C]</c>.</summary>
public sealed unsafe class AxisScale : Operation
{
    /// <summary>Describes the operation.</summary>
    public AxisScale(Value x, Value rows, Value columns)
        : base([x, rows, columns])
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        Shape x = Inputs[0].Shape;
        return Inputs[1].Shape == x with { W = 1 } && Inputs[2].Shape == x with { H = x.W, W = 1 }
            ? x
            : throw new ArgumentException($"AxisScale of {x} needs factors {x with { W = 1 }} and {x with { H = x.W, W = 1 }}, not {Inputs[1].Shape} and {Inputs[2].Shape}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new AxisScale(inputs[0], inputs[1], inputs[2]);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Output.Shape;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer rows = plan.Of(Inputs[1]);
        PlanBuffer columns = plan.Of(Inputs[2]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(
            Name, [x, rows, columns], [y],
            () => Kernel.Forward(pool, x.Pointer, rows.Pointer, columns.Pointer, s.N, s.H, s.W, s.C, y.Pointer, accumulate: false));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Output.Shape;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer rows = plan.Of(Inputs[1]);
        PlanBuffer columns = plan.Of(Inputs[2]);
        PlanBuffer dy = plan.GradientOf(Output);
        if (plan.NeedsGradient(Inputs[0]))
        {
            PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
            plan.Step(
                $"{Name} gradient", [dy, rows, columns], [dx],
                () => Kernel.Forward(pool, dy.Pointer, rows.Pointer, columns.Pointer, s.N, s.H, s.W, s.C, dx.Pointer, accumulate));
        }

        if (plan.NeedsGradient(Inputs[1]))
        {
            PlanBuffer dRows = plan.ContributeTo(Inputs[1], out bool accumulate);
            plan.Step(
                $"{Name} gradient of rows", [dy, x, columns], [dRows],
                () => Kernel.RowsBackward(pool, dy.Pointer, x.Pointer, columns.Pointer, s.N, s.H, s.W, s.C, dRows.Pointer, accumulate));
        }

        if (plan.NeedsGradient(Inputs[2]))
        {
            PlanBuffer dColumns = plan.ContributeTo(Inputs[2], out bool accumulate);
            plan.Step(
                $"{Name} gradient of columns", [dy, x, rows], [dColumns],
                () => Kernel.ColumnsBackward(pool, dy.Pointer, x.Pointer, rows.Pointer, s.N, s.H, s.W, s.C, dColumns.Pointer, accumulate));
        }
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        OnnxValue columns = onnx.Add("Transpose", [onnx.Of(Inputs[2])], new OnnxProperty("perm", [0, 1, 3, 2]));
        return onnx.Add("Mul", [onnx.Add("Mul", [onnx.Of(Inputs[0]), onnx.Of(Inputs[1])]), columns]);
    }
}
