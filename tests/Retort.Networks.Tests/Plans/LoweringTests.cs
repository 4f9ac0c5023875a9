using Retort.Networks.Layers;
using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Plans;

public sealed class LoweringTests
{
    private static readonly Shape Shape = new(2, 6, 5, 4);

    [Fact]
    public void Convolution_norm_residual_and_ReLU_become_one_convolution()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        Value y = n.Add(new BatchNorm(n.Add(new Convolution(x, n.Filter(4, 4, 3, 3), n.Vector(4), padding: 1)), n.Norm(4)));
        y = n.Add(new Relu(n.Add(new Add(y, x))));
        Assert.Equal(["Convolution filter"], Names(Check.Inference(n, [y])));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Either_operand_of_an_addition_can_be_fused(bool first)
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        Value other = n.Add(new Sigmoid(x));
        Value y = n.Add(new Convolution(x, n.Filter(4, 4, 1, 1), null));
        y = n.Add(first ? new Add(y, other) : new Add(other, y));
        Assert.Equal(["Convolution filter", "Sigmoid"], Names(Check.Inference(n, [y])).Order());
    }

    [Fact]
    public void Only_one_operand_of_an_addition_is_fused()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        Value a = n.Add(new Convolution(x, n.Filter(4, 4, 3, 3), null, padding: 1));
        Value b = n.Add(new Convolution(x, n.Filter(4, 4, 1, 1), null));
        Assert.Equal(["Convolution filter", "Convolution filter1"], Names(Check.Inference(n, [n.Add(new Relu(n.Add(new Add(a, b))))])).Order());
    }

    [Fact]
    public void Second_addition_stays()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        Value y = n.Add(new Add(n.Add(new Convolution(x, n.Filter(4, 4, 1, 1), null)), x));
        Assert.Equal(["Convolution filter", "Add"], Names(Check.Inference(n, [n.Add(new Add(y, x))])));
    }

    [Fact]
    public void Nothing_is_fused_behind_a_ReLU()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        Value y = n.Add(new Relu(n.Add(new Convolution(x, n.Filter(4, 4, 1, 1), null))));
        Value z = n.Add(new Add(n.Add(new BatchNorm(y, n.Norm(4))), x));
        Assert.Equal(["Convolution filter", "BatchNorm norm.weight"], Names(Check.Inference(n, [z])));
    }

    [Fact]
    public void Two_norms_in_a_row_are_both_folded()
    {
        var n = new TestNetwork();
        Value y = n.Add(new Convolution(n.Input(Shape), n.Filter(3, 4, 3, 3), null, stride: 2));
        y = n.Add(new BatchNorm(n.Add(new BatchNorm(y, n.Norm(3))), n.Norm(3, "second")));
        Assert.Equal(["Convolution filter"], Names(Check.Inference(n, [y])));
    }

    [Fact]
    public void Value_with_two_users_is_not_fused_away()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        Value convolution = n.Add(new Convolution(x, n.Filter(4, 4, 1, 1), null));
        Value norm = n.Add(new BatchNorm(convolution, n.Norm(4)));
        Value relu = n.Add(new Relu(norm));
        Value sum = n.Add(new Add(norm, x));
        Value product = n.Add(new Multiply(n.Add(new Multiply(relu, sum)), convolution));
        Assert.Equal(
            ["Add", "BatchNorm norm.weight", "Convolution filter", "Multiply", "Multiply", "Relu"], Names(Check.Inference(n, [product])).Order());
    }

    [Fact]
    public void Outputs_that_others_use_survive()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        Value convolution = n.Add(new Convolution(x, n.Filter(4, 4, 3, 3), null, padding: 1));
        Value norm = n.Add(new BatchNorm(convolution, n.Norm(4)));
        Value sum = n.Add(new Add(norm, x));
        Value relu = n.Add(new Relu(sum));
        Check.Inference(n, [convolution, norm, sum, relu]);
        Check.Inference(n, [relu, sum, norm, convolution]);
        Check.Inference(n, [sum, sum, x]);
    }

    [Fact]
    public void Convolution_added_to_itself_is_not_its_own_residual()
    {
        var n = new TestNetwork();
        Value y = n.Add(new Convolution(n.Input(Shape), n.Filter(4, 4, 1, 1), null));
        Assert.Equal(["Convolution filter", "Add"], Names(Check.Inference(n, [n.Add(new Add(y, y))])));
    }

    [Theory]
    [InlineData(4, 4, 1)]
    [InlineData(4, 8, 2)]
    [InlineData(16, 16, 1)]
    [InlineData(16, 32, 2)]
    [InlineData(32, 16, 1)]
    public void Residual_blocks_compute_what_their_definition_says(int inChannels, int channels, int stride)
    {
        var n = new TestNetwork((ulong)(inChannels + channels));
        Value x = n.Input(new Shape(2, 9, 8, inChannels));
        var style = new ResNet.BlockStyle(Folded: false, ZeroLastGamma: true, null);
        x = ResNet.BasicBlock(n.Graph, x, "a.", channels, stride, style);
        Value y = ResNet.BasicBlock(n.Graph, x, "b.", channels, 1, style);
        n.Randomize();
        InferencePlan plan = Check.Inference(n, [y]);
        Assert.All(Names(plan), name => Assert.StartsWith("Convolution ", name, StringComparison.Ordinal));
        Assert.Equal(stride == 1 && inChannels == channels ? 4 : 5, plan.Steps.Count);
        Check.Inference(n, [x, y]);
    }

    [Theory]
    [InlineData(16, 1, 3)]
    [InlineData(8, 1, 4)]
    [InlineData(8, 2, 4)]
    public void Bottlenecks_compute_what_their_definition_says(int inChannels, int stride, int steps)
    {
        var n = new TestNetwork((ulong)inChannels);
        var style = new ResNet.BlockStyle(Folded: false, ZeroLastGamma: true, null);
        Value y = ResNet.Bottleneck(n.Graph, n.Input(new Shape(2, 9, 8, inChannels)), "a.", 4, 16, stride, style);
        n.Randomize();
        InferencePlan plan = Check.Inference(n, [y]);
        Assert.All(Names(plan), name => Assert.StartsWith("Convolution ", name, StringComparison.Ordinal));
        Assert.Equal(steps, plan.Steps.Count);
    }

    [Fact]
    public void Folded_trunk_computes_what_its_definition_says()
    {
        var n = new TestNetwork();
        IReadOnlyList<Value> levels = ResNet.Trunk(n.Graph, n.Input(new Shape(1, 24, 20, 3)), "teacher.", 1, folded: true);
        n.Randomize();
        Assert.Equal(new Shape(1, 6, 5, 64), levels[0].Shape);
        Check.Inference(n, [levels[0]]);
    }

    [Fact]
    public void Pyramid_pooling_computes_what_its_definition_says()
    {
        var n = new TestNetwork();
        Value y = Aspp.Add(n.Graph, n.Input(new Shape(2, 9, 8, 16)), "aspp.", 16, [1, 2, 4], null);
        n.Randomize();
        InferencePlan plan = Check.Inference(n, [y]);
        Assert.DoesNotContain(plan.Steps, s => s.Name.StartsWith("BatchNorm", StringComparison.Ordinal) || s.Name.StartsWith("Relu", StringComparison.Ordinal));
    }

    // Random graphs of same-sized tensors find orders of fusing that nobody thought of.
    [Fact]
    public void Random_graphs_compute_what_their_definition_says()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var n = new TestNetwork((ulong)seed);
            (Value[] values, Numerics.CounterRandom random) = RandomGraph(n, seed);
            Value[] outputs = [values[^1], values[1 + random.NextInt(values.Length - 1)]];
            Check.Inference(n, outputs, 1e-4);
            Check.Gradients(n, [.. outputs.Select(n.Projected), n.Projected(n.Trainables[0])], 1e-3, samples: 3);
        }
    }

    private static (Value[] Values, Numerics.CounterRandom Random) RandomGraph(TestNetwork n, int seed)
    {
        var random = new Numerics.CounterRandom((ulong)seed, stream: 1);
        List<Value> values = [n.Trainable(new Shape(1, 4, 4, 3)), n.Input(new Shape(1, 4, 4, 3))];
        for (int i = 0; i < 10; i++)
        {
            // Mostly the newest value, so that chains come about.
            Value a = values[^(1 + (random.NextInt(3) == 0 ? random.NextInt(values.Count) : 0))];
            Value b = values[random.NextInt(values.Count)];
            string frozen = random.NextInt(2) == 0 ? "frozen" : "trained";
            values.Add(n.Add(random.NextInt(5) switch
            {
                0 => new Convolution(a, n.Filter(3, 3, 3, 3, $"{frozen}{i}"), null, padding: 1),
                1 => new BatchNorm(a, n.Norm(3, $"{frozen}{i}")),
                2 => new Relu(a),
                3 => new Add(a, b),
                _ => new Add(b, a),
            }));
        }

        return ([.. values], random);
    }

    private static IEnumerable<string> Names(Plan plan) => plan.Steps.Select(s => s.Name);
}
