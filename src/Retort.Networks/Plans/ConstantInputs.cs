namespace Retort.Networks.Plans;

/// <summary>
/// Rewrites convolutions some of whose input channels are the same at every pixel, such as the pooled branch of <see cref="Layers.Aspp"/>: what the filter makes
/// of those is a sum over taps, known from one pixel, and only the other channels are convolved. For plans that are only run, after <see cref="Lowering"/>.
/// </summary>
internal sealed class ConstantInputs
{
    private readonly Dictionary<Value, Value> _map = [];
    private readonly List<Operation> _result = [];

    /// <summary>Rewrites a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="takeParameters">Whether a filter that is divided lets its memory go.</param>
    public static LoweredGraph Separate(LoweredGraph graph, bool takeParameters)
    {
        if (!graph.Operations.Any(o => Constants(o).Count > 0))
        {
            return graph;
        }

        var rewriting = new ConstantInputs();
        var divided = new List<Parameter>();
        foreach (Operation operation in graph.Operations)
        {
            if (Constants(operation).Count > 0)
            {
                rewriting.Divide((Convolution)operation);
                divided.Add(((Convolution)operation).Filter);
            }
            else
            {
                rewriting.Keep(operation);
            }
        }

        IReadOnlyList<Operation> needed = Needed(rewriting._result, [.. graph.Outputs.Select(o => rewriting._map[o])]);
        foreach (Parameter filter in divided.Where(f => takeParameters && !needed.Any(o => o.Parameters.Contains(f))))
        {
            filter.Release();
        }

        return new LoweredGraph(needed, [.. graph.Outputs.Select(o => rewriting._map[o])]);
    }

    // The parts of the convolution's input that are one pixel, spread; none where it is of a kind that is not rewritten.
    private static List<Value> Constants(Operation operation) =>
        operation is Convolution { Residual: null, Stride: 1 } c && c.Inputs[0].Producer is Concat concat
            && c.Padding == c.Filter.FileShape[2] / 2 * c.Dilation && c.Filter.FileShape[2] == c.Filter.FileShape[3] && c.Filter.FileShape[2] % 2 == 1
            && concat.Inputs.Where(IsConstant).ToList() is { Count: > 0 } constants && constants.Count < concat.Inputs.Count
            ? constants
            : [];

    private static bool IsConstant(Value value) => value.Producer is Resize && value.Producer.Inputs[0].Shape is { H: 1, W: 1 };

    private void Keep(Operation operation) => _map[operation.Output] = Add(operation.WithInputs([.. operation.Inputs.Select(i => _map[i])]));

    private Value Add(Operation operation)
    {
        operation.Bind();
        _result.Add(operation);
        return operation.Output;
    }

    private void Divide(Convolution convolution)
    {
        IReadOnlyList<Value> parts = convolution.Inputs[0].Producer.Inputs;
        Value spread = convolution.Inputs[0];
        Value[] pixels = [.. parts.Where(IsConstant).Select(p => _map[p.Producer.Inputs[0]])];
        Value[] others = [.. parts.Where(p => !IsConstant(p)).Select(p => _map[p])];
        Value pixel = pixels.Length == 1 ? pixels[0] : Add(new Concat(pixels));
        Value rest = others.Length == 1 ? others[0] : Add(new Concat(others));
        bool[] isConstant = [.. parts.SelectMany(p => Enumerable.Repeat(IsConstant(p), p.Shape.C))];

        Parameter taps = TapFilter(convolution, isConstant);
        int kernel = convolution.Filter.FileShape[2];
        Value sum = Add(new TapSum(Add(new Convolution(pixel, taps, null)), spread.Shape.H, spread.Shape.W, kernel, convolution.Dilation));
        FilterOperation divided = new Convolution(
            rest, RestFilter(convolution, isConstant), convolution.Bias, convolution.Stride, convolution.Padding, convolution.Dilation);
        divided = convolution.Norms.Aggregate(divided, (d, norm) => d.Folded(norm)).Fused(sum, convolution.Relu);
        _map[convolution.Output] = Add(divided);
    }

    // [tap][in][out] without the constant channels.
    private static Parameter RestFilter(Convolution convolution, bool[] isConstant)
    {
        IReadOnlyList<int> shape = convolution.Filter.FileShape;
        var filter = Parameter.Filter(convolution.Filter.Name, shape[0], isConstant.Count(c => !c), shape[2], shape[3]);
        Rows(convolution.Filter, isConstant, wanted: false, (row, at) => row.CopyTo(filter.Data.Span[(at * shape[0])..]));
        return filter;
    }

    // The constant channels as a 1 x 1 convolution to [tap][out], with the factors of the normalisations behind it.
    private static Parameter TapFilter(Convolution convolution, bool[] isConstant)
    {
        IReadOnlyList<int> shape = convolution.Filter.FileShape;
        (int outputs, int taps, int inputs) = (shape[0], shape[2] * shape[3], isConstant.Count(c => c));
        var filter = Parameter.Filter($"{convolution.Filter.Name} taps", outputs * taps, inputs, 1, 1);
        double[] factors = [.. Enumerable.Range(0, outputs).Select(o => convolution.Norms.Aggregate(1.0, (f, n) => f * n.Factor(o)))];
        Rows(convolution.Filter, isConstant, wanted: true, (row, at) =>
        {
            (int tap, int input) = Math.DivRem(at, inputs);
            Span<float> to = filter.Data.Span.Slice(((input * taps) + tap) * outputs, outputs);
            for (int o = 0; o < outputs; o++)
            {
                to[o] = (float)(row[o] * factors[o]);
            }
        });
        return filter;
    }

    private delegate void RowAction(ReadOnlySpan<float> row, int at);

    // Goes through the rows of outputs of [tap][in] whose input channel is wanted, counted from 0.
    private static void Rows(Parameter filter, bool[] isConstant, bool wanted, RowAction action)
    {
        int outputs = filter.FileShape[0];
        int taps = filter.FileShape[2] * filter.FileShape[3];
        ReadOnlySpan<float> weights = filter.Data.Span;
        int at = 0;
        for (int i = 0; i < taps * isConstant.Length; i++)
        {
            if (isConstant[i % isConstant.Length] == wanted)
            {
                action(weights.Slice(i * outputs, outputs), at++);
            }
        }
    }

    // Without what only the divided convolutions read.
    private static List<Operation> Needed(IReadOnlyList<Operation> operations, IReadOnlyList<Value> outputs)
    {
        var used = new HashSet<Value>(outputs);
        var needed = new List<Operation>();
        foreach (Operation operation in operations.Reverse().Where(o => used.Contains(o.Output)))
        {
            used.UnionWith(operation.Inputs);
            needed.Add(operation);
        }

        needed.Reverse();
        return needed;
    }
}
