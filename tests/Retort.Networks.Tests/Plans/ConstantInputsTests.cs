using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Plans;

public sealed class ConstantInputsTests
{
    [Theory]
    [InlineData("pv", 3, 1)]
    [InlineData("vp", 3, 1)]
    [InlineData("pvp", 3, 2)]
    [InlineData("ppv", 1, 1)]
    [InlineData("vpv", 5, 1)]
    public void Pooled_channels_are_convolved_as_one_pixel(string parts, int kernel, int dilation)
    {
        foreach (bool isNormalised in new[] { false, true })
        {
            TestNetwork n = Network(parts, kernel, dilation, isNormalised, out Value y);
            InferencePlan plan = Check.Inference(n, [y]);
            Assert.Contains(plan.Steps, s => s.Name == "TapSum");
            Assert.DoesNotContain(plan.Steps, s => s.Name == "Resize" || s.Name.StartsWith("BatchNorm", StringComparison.Ordinal) || s.Name == "Relu");
        }
    }

    [Fact]
    public void What_else_reads_the_joined_channels_still_finds_them()
    {
        TestNetwork n = Network("pv", 3, 1, false, out Value y);
        Value joined = n.Graph.Operations.OfType<Concat>().Single().Output;
        InferencePlan plan = Check.Inference(n, [y, n.Add(new Sigmoid(joined))]);
        Assert.Contains(plan.Steps, s => s.Name == "Resize");
    }

    [Fact]
    public void Nothing_changes_where_all_channels_vary_or_the_size_does()
    {
        Assert.DoesNotContain(Check.Inference(Network("vv", 3, 1, false, out Value varying), [varying]).Steps, s => s.Name == "TapSum");

        var n = new TestNetwork();
        Value pixel = n.Add(new Resize(n.Input(new Shape(2, 1, 1, 4)), 8, 8));
        Value joined = n.Add(new Concat([pixel, n.Input(new Shape(2, 8, 8, 4))]));
        Value strided = n.Add(new Convolution(joined, n.Filter(4, 8, 3, 3), null, stride: 2, padding: 1));
        Assert.DoesNotContain(Check.Inference(n, [strided]).Steps, s => s.Name == "TapSum");
    }

    [Fact]
    public void A_plan_that_takes_parameters_takes_the_divided_filter_too()
    {
        TestNetwork n = Network("pv", 3, 1, true, out Value y);
        using var plan = InferencePlan.Compile([y], TestNetwork.OneThread, new InferenceSettings(TakeParameters: true));
        Assert.All(n.Graph.Parameters.All, p => Assert.Throws<InvalidOperationException>(() => p.Data));
    }

    // p: one pixel, spread; v: an input that varies.
    private static TestNetwork Network(string parts, int kernel, int dilation, bool isNormalised, out Value y)
    {
        const int h = 9, w = 7, channels = 16;
        var n = new TestNetwork();
        Value joined = n.Add(new Concat([.. parts.Select(p => p == 'p'
            ? n.Add(new Resize(n.Input(new Shape(2, 1, 1, channels)), h, w))
            : n.Input(new Shape(2, h, w, channels)))]));
        y = n.Add(new Convolution(joined, n.Filter(32, parts.Length * channels, kernel, kernel), n.Vector(32), 1, kernel / 2 * dilation, dilation));
        y = isNormalised ? n.Add(new Relu(n.Add(new BatchNorm(y, n.Norm(32))))) : y;
        return n;
    }
}
