using Retort.Networks.Layers;
using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;
using Retort.Numerics;

namespace Retort.Networks.Tests.Plans;

public sealed class TrainingPlanTests
{
    private static readonly Shape Shape = new(2, 4, 3, 5);

    [Fact]
    public void Value_used_three_times_gets_the_sum_of_its_gradients()
    {
        var n = new TestNetwork();
        Value x = n.Add(new Sigmoid(n.Trainable(Shape)));
        Value y = n.Add(new Multiply(n.Add(new L2Normalize(x)), n.Add(new Add(x, n.Add(new Relu(x))))));
        Check.Gradients(n, [n.Projected(y), n.Projected(x)]);
    }

    [Fact]
    public void Loss_given_twice_counts_twice()
    {
        var n = new TestNetwork();
        Value loss = n.Projected(n.Trainable(Shape));
        Check.Gradients(n, [loss, loss]);
    }

    [Fact]
    public void Loss_that_another_loss_uses_counts_in_both()
    {
        var n = new TestNetwork();
        Value a = n.Projected(n.Add(new Sigmoid(n.Trainable(Shape))));
        Value b = n.Add(new Multiply(a, n.Projected(n.Trainable(Shape)), 0.1f));
        TrainingPlan plan = Check.Gradients(n, [a, b]);
        Assert.Equal(plan.Step(), plan.Loss(0) + plan.Loss(1));
    }

    [Fact]
    public void Loss_that_nothing_trained_influences_is_only_added()
    {
        var n = new TestNetwork();
        Value constant = n.Projected(n.Input(Shape));
        Check.Gradients(n, [constant, n.Projected(n.Trainable(Shape))]);
    }

    [Fact]
    public void What_no_loss_needs_is_left_out()
    {
        var n = new TestNetwork();
        Value x = n.Trainable(Shape);
        n.Add(new Sigmoid(x));
        n.Graph.Convolution(x, "unused", 3, 1);
        n.Graph.Input("unread", Shape);
        TrainingPlan plan = Check.Gradients(n, [n.Projected(x)]);
        Assert.DoesNotContain(plan.Steps, s => s.Name.Contains("Sigmoid", StringComparison.Ordinal) || s.Name.Contains("unused", StringComparison.Ordinal));
        Assert.False(plan.HasInput("unread"));
        Assert.Equal(["tensor"], plan.Trained.Select(p => p.Name));
    }

    [Fact]
    public void Frozen_part_emits_no_gradient_and_is_folded()
    {
        var n = new TestNetwork();
        var style = new ResNet.BlockStyle(Folded: false, ZeroLastGamma: false, null);
        Value frozen = ResNet.BasicBlock(n.Graph, n.Input(new Shape(2, 6, 5, 4)), "frozen.", 8, 2, style);
        Value trained = ResNet.BasicBlock(n.Graph, frozen, "trained.", 8, 1, style);
        n.Randomize();
        TrainingPlan plan = Check.Gradients(n, [n.Projected(n.Add(new CosineDistance(frozen, trained)))], samples: 20);
        Assert.All(plan.Trained, p => Assert.StartsWith("trained.", p.Name, StringComparison.Ordinal));

        // Three convolutions are left of the frozen block; at each step their filters are folded and packed, which keeps no copies of them.
        string[] steps = [.. plan.Steps.Select(s => s.Name).Where(name => name.Contains("frozen.", StringComparison.Ordinal))];
        Assert.Equal(9, steps.Length);
        Assert.All(steps, name => Assert.Matches("^Convolution frozen\\.[a-z0-9.]+weight( fold| pack)?$", name));
    }

    [Fact]
    public void Gradient_passes_through_a_frozen_part()
    {
        var n = new TestNetwork();
        Value x = ResNet.BasicBlock(
            n.Graph, n.Trainable(new Shape(2, 6, 5, 4)), "frozen.", 8, 2, new ResNet.BlockStyle(Folded: false, ZeroLastGamma: false, null));
        n.Randomize();
        TrainingPlan plan = Check.Gradients(n, [n.Projected(x)]);
        Assert.Equal(["tensor"], plan.Trained.Select(p => p.Name));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(16, 1)]
    [InlineData(16, 2)]
    public void Residual_blocks_train_as_their_definition_says(int channels, int stride)
    {
        var n = new TestNetwork((ulong)(channels + stride));
        Value x = n.Trainable(new Shape(2, 6, 7, 16));
        x = ResNet.BasicBlock(n.Graph, x, "block.", channels, stride, new ResNet.BlockStyle(Folded: false, ZeroLastGamma: false, null));
        n.Randomize();
        Check.Gradients(n, [n.Projected(x)], 1e-4, samples: 5);
    }

    [Fact]
    public void Pyramid_pooling_trains_as_its_definition_says()
    {
        var n = new TestNetwork();
        Value x = Aspp.Add(n.Graph, n.Trainable(new Shape(2, 4, 5, 4)), "aspp.", 16, [1, 2], null);
        n.Randomize();

        // The two pictures' means are normalised over two values, which magnifies rounding.
        Check.Gradients(n, [n.Projected(x)], 1e-3, samples: 6);
    }

    [Fact]
    public void Trained_parameter_of_two_operations_is_refused()
    {
        var n = new TestNetwork();
        Value x = n.Graph.Convolution(n.Input(Shape), "shared", 5, 1);
        x = n.Graph.Convolution(x, "shared", 5, 1);
        Value loss = n.Projected(n.Add(new Add(x, n.Trainable(Shape))));
        ArgumentException e = Assert.Throws<ArgumentException>(() => TrainingPlan.Compile([loss], TestNetwork.Trains, TestNetwork.OneThread));
        Assert.Equal("shared.weight is trained but used by two operations; only frozen parameters can be shared.", e.Message);
        TrainingPlan.Compile([loss], p => p.Name == "tensor", TestNetwork.OneThread);
    }

    [Fact]
    public void Loss_must_be_a_scalar()
    {
        var n = new TestNetwork();
        Value x = n.Trainable(Shape);
        ArgumentException e = Assert.Throws<ArgumentException>(() => TrainingPlan.Compile([x], TestNetwork.Trains, TestNetwork.OneThread));
        Assert.StartsWith("A loss must be a scalar, not [2, 4, 3, 5].", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_that_trains_nothing_is_refused()
    {
        var n = new TestNetwork();
        Value loss = n.Projected(n.Trainable(Shape));
        ArgumentException e = Assert.Throws<ArgumentException>(() => TrainingPlan.Compile([loss], _ => false, TestNetwork.OneThread));
        Assert.StartsWith("Nothing the losses depend on is trained.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        float[][] Run(int threads)
        {
            using var pool = new WorkerPool(threads);
            (TestNetwork n, Value loss) = EveryOperation();
            var plan = TrainingPlan.Compile([loss], TestNetwork.Trains, pool);
            double first = Step(n, plan);
            float[] gradients = plan.Gradients.ToArray();
            double second = Step(n, plan);
            return [[(float)first, (float)second], gradients, plan.Gradients.ToArray(), .. n.Graph.Parameters.All.Select(p => p.Data.Span.ToArray())];
        }

        float[][] one = Run(1);
        Assert.NotEqual(0, one[0][0]);
        Assert.Equal(one[1], one[2]);
        Assert.Equal(one, Run(1));
        Assert.Equal(one, Run(2));
        Assert.Equal(one, Run(3));
    }

    /// <summary>A network with every operation, large enough that threads share the items of each.</summary>
    internal static (TestNetwork Network, Value Loss) EveryOperation()
    {
        var n = new TestNetwork();
        Value picture = n.Input(new Shape(2, 40, 40, 3));
        Value frozen = n.Graph.Relu(n.Graph.BatchNorm(n.Graph.Convolution(picture, "frozen.conv", 32, 3, stride: 2), "frozen.norm"));
        Value x = n.Graph.Relu(n.Graph.BatchNorm(n.Graph.Convolution(picture, "stem", 16, 7, stride: 2, bias: true), "norm"));
        x = n.Add(new MaxPool(x, 3, 1, 1));
        x = ResNet.BasicBlock(n.Graph, x, "block0.", 32, 2, new ResNet.BlockStyle(Folded: false, ZeroLastGamma: false, null));
        x = Aspp.Add(n.Graph, x, "aspp.", 32, [1, 3], null);
        x = n.Add(new Add(n.Add(new Resize(x, 20, 20)), n.Graph.TransposedConvolution(x, "up", 32, 2)));
        x = n.Add(new Mixture([CoordinateAttention.Add(n.Graph, x, "attention.", null), Remembered(n, x)], n.Vector(2, "theta")));
        Value distance = n.Add(new CosineDistance(x, frozen));
        Value normal = n.Add(new Multiply(n.Add(new L2Normalize(x)), n.Add(new L2Normalize(frozen)), -1));
        Value logits = n.Graph.Convolution(n.Add(new Concat([normal, n.Add(new Split(x, 3, 7)), distance])), "head", 1, 1, bias: true);
        Value mask = n.Input(logits.Shape, m => m > 0 ? 1 : 0);
        n.Randomize();
        Value loss = n.Add(new Add(n.Add(new SegmentationLoss(logits, mask, 4, l1: true)), n.Add(new WeightedSum(n.Add(new FlatCosineDistance(x, frozen)), 0.5f))));
        loss = n.Add(new Add(loss, n.Add(new WeightedSum(n.Add(new Sigmoid(logits)), 1e-3f))));
        return (n, loss);
    }

    // What a memory of 50 slots makes of it, and how sure it is.
    private static Value Remembered(TestNetwork n, Value x)
    {
        Value slots = n.Add(new L2Normalize(n.Trainable(new Shape(1, 50, 1, x.Shape.C))));
        Value shares = n.Add(new Softmax(n.Add(new MatrixMultiply(n.Add(new L2Normalize(x)), slots, transposed: true)), 5));
        Value read = n.Add(new MatrixMultiply(n.Add(new HardShrink(shares, 0.02f)), slots));
        Value entropy = n.Graph.Convolution(n.Add(new Entropy(shares)), "sure", x.Shape.C, 1);
        return n.Add(new Add(n.Add(new ScaleByLength(read, n.Add(new StopGradient(x)))), entropy));
    }

    private static double Step(TestNetwork n, TrainingPlan plan)
    {
        n.FillInputs(plan);
        return plan.Step();
    }
}
