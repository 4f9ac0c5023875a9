using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Channels;

namespace Retort.Networks;

/// <summary>Some of the rows of each picture.</summary>
public sealed unsafe class SplitRows : Operation
{
    private readonly int _rows;

    /// <summary>Describes the operation.</summary>
    public SplitRows(Value x, int firstRow, int rows)
        : base([x])
    {
        (FirstRow, _rows) = (firstRow, rows);
    }

    /// <summary>The first of the rows.</summary>
    public int FirstRow { get; }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        Shape x = Inputs[0].Shape;
        return FirstRow >= 0 && _rows > 0 && FirstRow + _rows <= x.H
            ? x with { H = _rows }
            : throw new ArgumentException($"Rows {FirstRow} to {FirstRow + _rows} are not all in {x}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new SplitRows(inputs[0], FirstRow, _rows);

    // To the kernel a picture is one pixel whose channels are all it holds.
    private (int Pictures, int First, int Length, int Whole) Extents()
    {
        Shape x = Inputs[0].Shape;
        int row = x.W * x.C;
        return (x.N, FirstRow * row, _rows * row, x.H * row);
    }

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        (int n, int first, int length, int whole) = Extents();
        plan.Step(Name, [x], [y], () => Kernel.Copy(pool, x.Pointer + first, whole, y.Pointer, length, n, length, accumulate: false));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        (int n, int first, int length, int whole) = Extents();
        if (!accumulate)
        {
            plan.Step($"{Name} gradient of the rest", [], [dx], () => Numerics.Kernels.Fill.Run(pool, dx.Pointer, dx.Length, 0));
        }

        plan.Step($"{Name} gradient", [dy, dx], [dx], () => Kernel.Copy(pool, dy.Pointer, length, dx.Pointer + first, whole, n, length, accumulate: true));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("Slice", [onnx.Of(Inputs[0]), onnx.Whole(FirstRow), onnx.Whole(FirstRow + _rows), onnx.Whole(2)]);
}
