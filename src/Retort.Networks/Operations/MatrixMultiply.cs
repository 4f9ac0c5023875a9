using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Retort.Numerics.Kernels.Convolution;

namespace Retort.Networks;

/// <summary>
/// Each pixel's channels times a matrix that is a value too: y = x . m for m of <c>[1, C, 1, K]</c>, y = x . m^T for m of <c>[1, K, 1, C]</c>; y is
/// <c>[N, H, W, K]</c> in either case.
/// </summary>
/// <remarks>
/// In memory m is the filter <c>[in][out]</c> of a 1 x 1 convolution. The product with it is that convolution, the product with its transpose the
/// convolution's data gradient; and what is forward for one is backward for the other.
/// </remarks>
public sealed unsafe class MatrixMultiply : Operation
{
    /// <summary>Describes the operation.</summary>
    /// <param name="x">Vectors, one a pixel.</param>
    /// <param name="matrix">Its rows are "pixels" of one picture of width one.</param>
    /// <param name="transposed">Whether the vectors are multiplied with the matrix's rows rather than its columns.</param>
    public MatrixMultiply(Value x, Value matrix, bool transposed = false)
        : base([x, matrix])
    {
        IsTransposed = transposed;
    }

    /// <summary>Whether the vectors are multiplied with the matrix's rows rather than its columns.</summary>
    public bool IsTransposed { get; }

    // The convolution whose filter the matrix is: from rows to columns.
    private ConvolutionShape KernelShape => new(Inputs[0].Shape.N, Inputs[0].Shape.H, Inputs[0].Shape.W, Inputs[1].Shape.H, Inputs[1].Shape.C, 1, 1);

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        (Shape x, Shape m) = (Inputs[0].Shape, Inputs[1].Shape);
        (int taken, int made) = IsTransposed ? (m.C, m.H) : (m.H, m.C);
        return m.N == 1 && m.W == 1 && taken == x.C
            ? x with { C = made }
            : throw new ArgumentException($"{x} cannot be multiplied by {(IsTransposed ? "the transpose of " : "")}{m}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new MatrixMultiply(inputs[0], inputs[1], IsTransposed);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan) => EmitProduct(plan, Name, plan.Of(Inputs[0]), IsTransposed, plan.Of(Output), accumulate: false);

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        PlanBuffer dy = plan.GradientOf(Output);
        if (plan.NeedsGradient(Inputs[0]))
        {
            PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
            EmitProduct(plan, $"{Name} gradient", dy, !IsTransposed, dx, accumulate);
        }

        if (plan.NeedsGradient(Inputs[1]))
        {
            EmitMatrixGradient(plan, dy);
        }
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        // A 1 x 1 convolution whose filter [out, in, 1, 1] is the matrix, which lies as [1, columns, rows, 1].
        OnnxValue filter = onnx.Add("Transpose", [onnx.Of(Inputs[1])], new OnnxProperty("perm", IsTransposed ? [2, 1, 0, 3] : [1, 2, 0, 3]));
        return onnx.Add("Conv", [onnx.Of(Inputs[0]), filter]);
    }

    private void EmitProduct(PlanBuilder plan, string name, PlanBuffer x, bool transposed, PlanBuffer y, bool accumulate)
    {
        var pool = plan.Pool;
        var kernel = new DirectConvolution(KernelShape);
        PlanBuffer matrix = plan.Of(Inputs[1]);
        PlanBuffer packed = plan.Temporary(transposed ? kernel.DataGradientPackedLength : kernel.PackedLength);
        PlanBuffer scratch = plan.Temporary(kernel.ScratchLength(pool.Threads));
        if (transposed)
        {
            plan.Step($"{name} pack", [matrix], [packed], () => kernel.PackForDataGradient(pool, matrix.Pointer, packed.Pointer));
            plan.Step(
                name, [x, packed], [y, scratch],
                () => kernel.DataGradient(pool, x.Pointer, packed.Pointer, accumulate, y.Pointer, scratch.Pointer),
                KernelShape.MultiplyAdds);
        }
        else
        {
            plan.Step($"{name} pack", [matrix], [packed], () => kernel.Pack(pool, matrix.Pointer, packed.Pointer));
            plan.Step(
                name, [x, packed], [y, scratch],
                () => kernel.Forward(pool, x.Pointer, packed.Pointer, null, accumulate ? y.Pointer : null, relu: false, y.Pointer, scratch.Pointer),
                KernelShape.MultiplyAdds);
        }
    }

    private void EmitMatrixGradient(PlanBuilder plan, PlanBuffer dy)
    {
        var pool = plan.Pool;
        var kernel = new WeightGradient(KernelShape);
        PlanBuffer x = plan.Of(Inputs[0]);
        (PlanBuffer rows, PlanBuffer columns) = IsTransposed ? (dy, x) : (x, dy);
        PlanBuffer scratch = plan.Temporary(kernel.ScratchLength(pool.Threads));
        PlanBuffer dMatrix = plan.ContributeTo(Inputs[1], out bool accumulate);
        PlanBuffer result = accumulate ? plan.Temporary(dMatrix.Length) : dMatrix;
        plan.Step(
            $"{Name} matrix gradient", [rows, columns], [result, scratch],
            () => kernel.Run(pool, rows.Pointer, columns.Pointer, result.Pointer, scratch.Pointer),
            KernelShape.MultiplyAdds);
        if (accumulate)
        {
            plan.Step($"{Name} matrix gradient sum", [result, dMatrix], [dMatrix], () => Numerics.Kernels.Accumulate.Run(pool, result.Pointer, dMatrix.Pointer, dMatrix.Length));
        }
    }
}
