using Retort.Networks;
using Retort.Networks.Onnx;
using Retort.Networks.Tests.Support;
using Retort.OnnxRuntime.Tests.Support;

namespace Retort.OnnxRuntime.Tests.Operations;

/// <summary>Every operation of <c>Retort.Networks/Operations</c> as ONNX Runtime does it.</summary>
public sealed class OperationTests
{
    private static readonly Shape Shape = new(2, 5, 7, 6);

    [Theory]
    [InlineData(1, 1, 0, 1)]
    [InlineData(3, 1, 1, 1)]
    [InlineData(3, 2, 1, 1)]
    [InlineData(7, 2, 3, 1)]
    [InlineData(3, 1, 2, 2)]
    public void Convolution(int kernel, int stride, int padding, int dilation) =>
        Check.Operation(n => n.Add(new Convolution(n.Input(Shape with { H = 9, W = 11 }), n.Filter(4, 6, kernel, kernel), n.Vector(4), stride, padding, dilation)));

    [Fact]
    public void Convolution_with_a_filter_that_is_not_square() =>
        Check.Operation(n => n.Add(new Convolution(n.Input(Shape), n.Filter(4, 6, 3, 1), null)));

    [Fact]
    public void Convolution_with_all_that_is_fused_into_it() => Check.Operation(n =>
    {
        Value x = n.Input(Shape);
        Value y = n.Add(new BatchNorm(n.Add(new Convolution(x, n.Filter(6, 6, 3, 3), n.Vector(6), padding: 1)), n.Norm(6)));
        y = n.Add(new BatchNorm(y, n.Norm(6, "other")));
        return n.Add(new Relu(n.Add(new Add(y, x))));
    });

    [Fact]
    public void TransposedConvolution() => Check.Operation(n => n.Add(new TransposedConvolution(n.Input(Shape), Enlarging(n, 6, 4))));

    [Fact]
    public void TransposedConvolution_with_all_that_is_fused_into_it() => Check.Operation(n =>
    {
        Value y = n.Add(new BatchNorm(n.Add(new TransposedConvolution(n.Input(Shape), Enlarging(n, 6, 4))), n.Norm(4)));
        return n.Add(new Relu(n.Add(new Add(y, n.Input(Shape with { H = 10, W = 14, C = 4 })))));
    });

    [Fact]
    public void BatchNorm_alone_and_with_residual_and_ReLU()
    {
        Check.Operation(n => n.Add(new BatchNorm(n.Input(Shape), n.Norm(6))));
        Check.Operation(n =>
        {
            Value x = n.Input(Shape);
            return n.Add(new Relu(n.Add(new Add(n.Add(new BatchNorm(x, n.Norm(6))), n.Input(Shape)))));
        });
    }

    [Fact]
    public void Elementwise()
    {
        Check.Operation(n => n.Add(new Add(n.Input(Shape), n.Input(Shape))));
        Check.Operation(n => n.Add(new Multiply(n.Input(Shape), n.Input(Shape))));
        Check.Operation(n => n.Add(new Multiply(n.Input(Shape), n.Input(Shape), -0.7f)));
        Check.Operation(n => n.Add(new Relu(n.Input(Shape))));
        Check.Operation(n => n.Add(new Sigmoid(n.Input(Shape, x => 5 * x))));
        Check.Operation(n => n.Add(new HardSwish(n.Input(Shape, x => 3 * x))));
        Check.Operation(n => n.Add(new Power(n.Input(Shape), 1f / 3)));
        Check.Operation(n => n.Add(new Hinge(n.Input(Shape), 0.3f)));
        Check.Operation(n => n.Add(new StopGradient(n.Input(Shape))));
    }

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(3, 2, 1)]
    public void MaxPool(int window, int stride, int padding) => Check.Operation(n => n.Add(new MaxPool(n.Input(Shape, x => x - 3), window, stride, padding)));

    [Fact]
    public void GlobalAveragePool() => Check.Operation(n => n.Add(new GlobalAveragePool(n.Input(Shape))));

    [Theory]
    [InlineData(10, 14, false)]
    [InlineData(10, 14, true)]
    [InlineData(13, 8, false)]
    [InlineData(13, 8, true)]
    [InlineData(3, 2, false)]
    [InlineData(3, 2, true)]
    [InlineData(1, 1, false)]
    [InlineData(1, 1, true)]
    public void Resize(int height, int width, bool alignCorners) => Check.Operation(n => n.Add(new Resize(n.Input(Shape), height, width, alignCorners)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resize_of_a_single_pixel(bool alignCorners) =>
        Check.Operation(n => n.Add(new Resize(n.Input(Shape with { H = 1, W = 1 }), 4, 5, alignCorners)));

    [Theory]
    [InlineData(0.6)]
    [InlineData(4)]
    public void GaussianBlur(double sigma) => Check.Operation(n => n.Add(new GaussianBlur(n.Input(Shape), sigma)));

    [Fact]
    public void Channels()
    {
        Check.Operation(n => n.Add(new Concat([n.Input(Shape), n.Input(Shape with { C = 2 }), n.Input(Shape with { C = 3 })])));
        Check.Operation(n => n.Add(new Split(n.Input(Shape), 2, 3)));
        Check.Operation(n => n.Add(new SplitRows(n.Input(Shape), 1, 3)));
    }

    [Fact]
    public void Attention()
    {
        Check.Operation(n => n.Add(new AxisMeans(n.Input(Shape))));
        Check.Operation(n => n.Add(new AxisScale(n.Input(Shape), n.Input(Shape with { W = 1 }), n.Input(Shape with { H = 7, W = 1 }))));
    }

    [Fact]
    public void Mixture() => Check.Operation(n => n.Add(new Mixture([n.Input(Shape), n.Input(Shape), n.Input(Shape)], n.Vector(3))));

    [Fact]
    public void Distances()
    {
        Check.Operation(n => n.Add(new L2Normalize(n.Input(Shape))));
        Check.Operation(n => n.Add(new CosineDistance(n.Input(Shape), n.Input(Shape))));
        Check.Operation(n => n.Add(new FlatCosineDistance(n.Input(Shape), n.Input(Shape))));
        Check.Operation(n => n.Add(new ScaleByLength(n.Input(Shape), n.Input(Shape))));
    }

    [Fact]
    public void Distance_from_nothing_is_one()
    {
        Check.Operation(n => n.Add(new CosineDistance(n.Input(Shape, _ => 0), n.Input(Shape))));
        Check.Operation(n => n.Add(new FlatCosineDistance(n.Input(Shape, _ => 0), n.Input(Shape))));
    }

    [Fact]
    public void Memory()
    {
        Check.Operation(n => n.Add(new MatrixMultiply(n.Input(Shape), n.Trainable(new Shape(1, 6, 1, 9)))));
        Check.Operation(n => n.Add(new MatrixMultiply(n.Input(Shape), n.Trainable(new Shape(1, 9, 1, 6)), transposed: true)));
        Check.Operation(n => n.Add(new Softmax(n.Input(Shape), 2.5f)));
        Check.Operation(n => n.Add(new HardShrink(n.Add(new Softmax(n.Input(Shape))), 0.15f)));
        Check.Operation(n => n.Add(new Entropy(n.Add(new Softmax(n.Input(Shape))))));
        Check.Operation(n => n.Trainable(Shape));
    }

    [Fact]
    public void Shares_that_all_vanish_are_zero() => Check.Operation(n => n.Add(new HardShrink(n.Add(new Softmax(n.Input(Shape))), 1)));

    [Fact]
    public void A_loss_says_that_it_has_no_node()
    {
        NotSupportedException e = Assert.Throws<NotSupportedException>(() => Check.Operation(n => n.Add(new WeightedSum(n.Input(Shape), 1))));
        Assert.Equal("WeightedSum has no ONNX node: no model that is only run has it.", e.Message);
    }

    [Fact]
    public void An_input_that_is_not_given_is_named()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        Assert.Contains("input0", Assert.Throws<KeyNotFoundException>(() => OnnxExporter.Export(new OnnxModel("test", "1", "").Nodes, new Dictionary<string, OnnxValue>(), [x])).Message, StringComparison.Ordinal);
    }

    private static Parameter Enlarging(TestNetwork network, int from, int to)
    {
        Parameter filter = Parameter.TransposedFilter("enlarging", from, to, 2);
        var random = new CounterRandom(5);
        foreach (ref float value in filter.Data.Span)
        {
            value = (float)random.NextGaussian();
        }

        return network.Graph.Parameters.GetOrAdd(filter.Name, () => filter);
    }
}
