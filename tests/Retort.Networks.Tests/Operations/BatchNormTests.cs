using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

public sealed class BatchNormTests
{
    private static readonly Shape Shape = new(2, 4, 3, 5);

    [Theory]
    [InlineData("norm", false, false)]
    [InlineData("norm", true, false)]
    [InlineData("norm", false, true)]
    [InlineData("norm", true, true)]
    [InlineData("frozen", false, false)]
    [InlineData("frozen", true, false)]
    [InlineData("frozen", false, true)]
    [InlineData("frozen", true, true)]
    public void Gradients_match_differences(string name, bool residual, bool relu)
    {
        Check.Operation(n => n.Add(new BatchNorm(n.Trainable(Shape), n.Norm(5, name), residual ? n.Trainable(Shape) : null, relu)));
    }

    [Theory]
    [InlineData("norm")]
    [InlineData("frozen")]
    public void Residual_that_is_the_input_itself_gets_both_gradients(string name)
    {
        Check.Operation(n =>
        {
            Value x = n.Trainable(Shape);
            return n.Add(new Add(n.Add(new BatchNorm(x, n.Norm(5, name))), x));
        });
    }

    [Theory]
    [InlineData("norm")]
    [InlineData("frozen")]
    public void Residual_alone_can_need_a_gradient(string name) =>
        Check.Operation(n => n.Add(new BatchNorm(n.Input(Shape), n.Norm(5, name), n.Trainable(Shape), relu: true)));

    [Fact]
    public void Additions_and_ReLUs_after_it_are_fused_and_train_alike()
    {
        var n = new TestNetwork();
        Value y = n.Add(new BatchNorm(n.Trainable(Shape), n.Norm(5)));
        y = n.Add(new Relu(n.Add(new Add(n.Trainable(Shape), y))));
        TrainingPlan plan = Check.Gradients(n, [n.Projected(y)]);
        Assert.DoesNotContain(plan.Steps, s => s.Name.StartsWith("Add", StringComparison.Ordinal) || s.Name.StartsWith("Relu", StringComparison.Ordinal));
    }

    [Fact]
    public void One_pixel_in_all_has_no_variance_and_gives_the_shift()
    {
        var n = new TestNetwork();
        Value y = n.Add(new BatchNorm(n.Trainable(new Shape(1, 1, 1, 4)), n.Norm(4)));
        SlowEvaluator slow = n.Evaluator(TestNetwork.Trains);
        var plan = TrainingPlan.Compile([n.Add(new WeightedSum(y, 1))], TestNetwork.Trains, TestNetwork.OneThread);
        double loss = plan.Step();
        Assert.Equal(n.Graph.Parameters["norm.bias"].Data.Span.ToArray().Sum(), loss, 1e-5);
        slow.Evaluate(y);
        foreach ((Parameter statistic, double[] values) in slow.Statistics)
        {
            Check.Close(values, statistic.Data.Span, 1e-6, statistic.Name);
        }
    }

    [Fact]
    public void Frozen_statistics_stay_as_they_are()
    {
        var n = new TestNetwork();
        Value loss = n.Projected(n.Add(new BatchNorm(n.Trainable(Shape), n.Norm(5, "frozen"))));
        float[] mean = n.Graph.Parameters["frozen.running_mean"].Data.Span.ToArray();
        Check.Gradients(n, [loss]);
        Assert.Equal(mean, n.Graph.Parameters["frozen.running_mean"].Data.Span.ToArray());
    }

    [Fact]
    public void Scale_cannot_train_without_the_shift()
    {
        var n = new TestNetwork();
        Value loss = n.Projected(n.Add(new BatchNorm(n.Trainable(Shape), n.Norm(5))));
        foreach (string alone in new[] { "norm.weight", "norm.bias" })
        {
            ArgumentException e = Assert.Throws<ArgumentException>(() => TrainingPlan.Compile([loss], p => p.Name == alone, TestNetwork.OneThread));
            Assert.Equal("norm.weight and norm.bias belong to one normalisation; train both or neither.", e.Message);
        }
    }

    [Fact]
    public void Wrong_channels_are_refused_by_name()
    {
        var n = new TestNetwork();
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new BatchNorm(n.Input(Shape), n.Norm(4))));
        Assert.Equal("norm.weight has 4 channels, its input [2, 4, 3, 5].", e.Message);
    }

    [Fact]
    public void Residual_of_another_shape_is_refused()
    {
        var n = new TestNetwork();
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new BatchNorm(n.Input(Shape), n.Norm(5), n.Input(Shape with { H = 1 }))));
        Assert.Equal("The residual of norm.weight is [2, 1, 3, 5], not [2, 4, 3, 5].", e.Message);
    }
}
