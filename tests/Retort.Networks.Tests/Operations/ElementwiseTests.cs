using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

/// <summary>Relu, Sigmoid, Power, Add, Multiply.</summary>
public sealed class ElementwiseTests
{
    private static readonly Shape Shape = new(2, 3, 4, 5);

    [Fact]
    public void Relu_gradients_match_differences() => Check.Operation(n => n.Add(new Relu(n.Trainable(Shape))));

    [Fact]
    public void Sigmoid_gradients_match_differences() => Check.Operation(n => n.Add(new Sigmoid(n.Trainable(Shape, x => 3 * x))));

    [Fact]
    public void Power_is_that_of_what_is_not_negative_and_cannot_train()
    {
        var n = new TestNetwork();
        Check.Inference(n, [n.Add(new Power(n.Input(Shape), 1f / 3))]);
        Value loss = n.Projected(n.Add(new Power(n.Trainable(Shape), 0.5f)));
        Assert.Throws<NotSupportedException>(() => TrainingPlan.Compile([loss], TestNetwork.Trains, TestNetwork.OneThread));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Power(n.Input(Shape), 0));
    }

    [Fact]
    public void Add_gradients_match_differences() => Check.Operation(n => n.Add(new Add(n.Trainable(Shape), n.Trainable(Shape))));

    [Fact]
    public void Multiply_gradients_match_differences() => Check.Operation(n => n.Add(new Multiply(n.Trainable(Shape), n.Trainable(Shape), -1.5f)));

    [Fact]
    public void Value_added_to_itself_gets_both_gradients() => Check.Operation(n =>
    {
        Value x = n.Trainable(Shape);
        return n.Add(new Add(x, x));
    });

    [Fact]
    public void Value_times_itself_gets_both_gradients() => Check.Operation(n =>
    {
        Value x = n.Trainable(Shape);
        return n.Add(new Multiply(x, x));
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Operand_that_trains_nothing_gets_no_gradient(int trainable)
    {
        foreach (Func<Value, Value, Operation> make in new Func<Value, Value, Operation>[] { (a, b) => new Add(a, b), (a, b) => new Multiply(a, b) })
        {
            var n = new TestNetwork();
            Value[] operands = [trainable == 0 ? n.Trainable(Shape) : n.Input(Shape), trainable == 1 ? n.Trainable(Shape) : n.Input(Shape)];
            Operation operation = make(operands[0], operands[1]);
            TrainingPlan plan = Check.Gradients(n, [n.Add(new WeightedSum(n.Add(operation), 1))]);
            Assert.Single(plan.Steps, s => s.Name == $"{operation.Name} gradient");
        }
    }

    [Fact]
    public void Operands_of_different_shapes_are_refused()
    {
        var n = new TestNetwork();
        Value a = n.Input(Shape);
        Value b = n.Input(Shape with { C = 1 });
        Assert.Equal(
            "Add needs two tensors of one shape, not [2, 3, 4, 5] and [2, 3, 4, 1].", Assert.Throws<ArgumentException>(() => n.Add(new Add(a, b))).Message);
        Assert.Equal(
            "Multiply needs two tensors of one shape, not [2, 3, 4, 5] and [2, 3, 4, 1].", Assert.Throws<ArgumentException>(() => n.Add(new Multiply(a, b))).Message);
    }
}
