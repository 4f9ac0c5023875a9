using System.Text.Json;
using Retort.Networks.Layers;
using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Operations;

public sealed class TransposedConvolutionTests
{
    private static readonly Shape Shape = new(2, 3, 4, 5);

    [Theory]
    [InlineData(5, 3, 2)]
    [InlineData(3, 8, 2)]
    [InlineData(16, 16, 2)]
    [InlineData(2, 3, 3)]
    public void Gradients_match_differences(int inChannels, int outChannels, int stride) =>
        Check.Operation(
            n => n.Add(new TransposedConvolution(n.Trainable(Shape with { C = inChannels }), Filter(n, inChannels, outChannels, stride))), samples: 30);

    [Fact]
    public void Picture_filter_and_gradients_are_PyTorchs()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Operations/Goldens/transposed_convolution.json")));
        float[] Golden(string name) => [.. golden.RootElement.GetProperty(name).EnumerateArray().Select(v => v.GetSingle())];
        double[] Expected(string name) => [.. Golden(name).Select(v => (double)v)];
        var set = new ParameterSet();
        var graph = new Graph(set);
        var shape = new Shape(2, 3, 2, 3);
        Parameter input = set.GetOrAdd("x", () => Parameter.Vector("x", (int)shape.Length));
        Value y = graph.TransposedConvolution(graph.Add(new ParameterValue(input, shape)), "up", 4, 2);
        Value loss = graph.Add(new WeightedSum(graph.Add(new Multiply(y, graph.Input("dy", y.Shape))), 1));
        input.Import(new NamedTensor("x", [(int)shape.Length], Golden("x")));
        int[] fileShape = [.. golden.RootElement.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32())];
        set.Import([new NamedTensor("up.weight", fileShape, Golden("weight"))], "up.");

        var inference = InferencePlan.Compile([y], TestNetwork.OneThread);
        inference.Run();
        Check.Close(Expected("y"), inference.Output(0), 1e-6, "y");

        var plan = TrainingPlan.Compile([loss], _ => true, TestNetwork.OneThread);
        Golden("dy").CopyTo(plan.Input("dy"));
        plan.Step();
        int offset = 0;
        foreach (Parameter parameter in plan.Trained)
        {
            plan.Gradients.Slice(offset, parameter.Length).CopyTo(parameter.Data.Span);
            Check.Close(Expected(parameter == input ? "dx" : "dweight"), parameter.Export().Data, 1e-6, parameter.Name);
            offset += parameter.Length;
        }

        Assert.Equal(input.Length + (3 * 4 * 4), offset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Norm_residual_and_ReLU_become_one_operation_where_nothing_trains(bool residual)
    {
        var n = new TestNetwork();
        Value y = n.Add(new TransposedConvolution(n.Input(Shape), Filter(n, 5, 4, 2)));
        y = n.Add(new BatchNorm(n.Add(new BatchNorm(y, n.Norm(4))), n.Norm(4, "second")));
        y = residual ? n.Add(new Add(y, n.Input(y.Shape))) : y;
        Assert.Equal(["TransposedConvolution filter"], Check.Inference(n, [n.Add(new Relu(y))]).Steps.Select(s => s.Name));
    }

    [Fact]
    public void Frozen_norm_is_folded_in_a_plan_that_trains_something_behind_it()
    {
        var n = new TestNetwork();
        Value x = n.Add(new TransposedConvolution(n.Input(Shape), Filter(n, 5, 4, 2, "frozen")));
        x = n.Add(new BatchNorm(x, n.Norm(4, "frozen norm")));
        Value y = n.Add(new Convolution(x, n.Filter(3, 4, 1, 1), null));
        TrainingPlan plan = Check.Gradients(n, [n.Projected(y)]);
        Assert.Equal(["filter"], plan.Trained.Select(p => p.Name));
        Assert.DoesNotContain(plan.Steps, s => s.Name.StartsWith("BatchNorm", StringComparison.Ordinal));
    }

    [Fact]
    public void Frozen_filter_and_norm_hand_the_gradient_on()
    {
        var n = new TestNetwork();
        Value x = n.Add(new TransposedConvolution(n.Trainable(Shape), Filter(n, 5, 4, 2, "frozen")));
        TrainingPlan plan = Check.Gradients(n, [n.Projected(n.Add(new BatchNorm(x, n.Norm(4, "frozen norm"))))]);
        Assert.Equal(["tensor"], plan.Trained.Select(p => p.Name));
        Assert.DoesNotContain(plan.Steps, s => s.Name.Contains("frozen weight gradient", StringComparison.Ordinal));
    }

    [Fact]
    public void Steps_know_their_multiplications()
    {
        var n = new TestNetwork();
        TrainingPlan plan = Check.Gradients(n, [n.Projected(n.Add(new TransposedConvolution(n.Trainable(Shape), Filter(n, 5, 8, 2))))]);
        PlanStep[] counted = [.. plan.Steps.Where(s => s.MultiplyAdds != 0)];
        Assert.Equal(3, counted.Length);
        Assert.All(counted, s => Assert.Equal(2 * 3 * 4 * 5 * 4 * 8, s.MultiplyAdds));
    }

    [Fact]
    public void Output_is_the_stride_times_as_large()
    {
        var n = new TestNetwork();
        Assert.Equal(new Shape(2, 6, 8, 7), n.Graph.TransposedConvolution(n.Input(Shape), "a", 7, 2).Shape);
        Assert.Equal(new Shape(2, 9, 12, 7), n.Graph.TransposedConvolution(n.Input(Shape), "b", 7, 3).Shape);
        Assert.Equal([5, 7, 2, 2], n.Graph.Parameters["a.weight"].FileShape);
    }

    [Fact]
    public void New_values_are_uniform_within_the_fan_in_that_PyTorch_counts()
    {
        var graph = new Graph(new ParameterSet());
        graph.TransposedConvolution(graph.Input("x", new Shape(1, 4, 4, 256)), "up", 64, 2, new Initializer(1));
        double bound = 1 / Math.Sqrt(64 * 4);
        double[] u = [.. graph.Parameters["up.weight"].Data.Span.ToArray().Select(v => v / bound)];
        Assert.InRange(u.Max(Math.Abs), 0.999, 1 + 1e-6);
        Assert.Equal(1.0 / 3, u.Average(v => v * v), 5 / Math.Sqrt(u.Length) * Math.Sqrt(4.0 / 45));
    }

    [Fact]
    public void Wrong_channels_and_oblong_filters_are_refused_by_name()
    {
        var n = new TestNetwork();
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new TransposedConvolution(n.Input(Shape), Filter(n, 3, 4, 2, "up.weight"))));
        Assert.Equal("up.weight takes 3 channels, not the 5 of [2, 3, 4, 5].", e.Message);
        e = Assert.Throws<ArgumentException>(() => n.Add(new TransposedConvolution(n.Input(Shape), n.Filter(5, 4, 2, 3, "oblong"))));
        Assert.Equal("oblong is 2 x 3; a transposed convolution takes square filters.", e.Message);
    }

    [Fact]
    public void Residual_of_another_shape_is_refused()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new TransposedConvolution(x, Filter(n, 5, 4, 2, "up.weight")).Fused(x, relu: false)));
        Assert.Equal("The residual of up.weight is [2, 3, 4, 5], not [2, 6, 8, 4].", e.Message);
    }

    private static Parameter Filter(TestNetwork n, int inChannels, int outChannels, int stride, string name = "filter") =>
        n.Filter(inChannels, outChannels, stride, stride, name);
}
