using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

/// <summary>ParameterValue, MatrixMultiply, Softmax, HardShrink, Entropy, ScaleByLength and StopGradient: what a memory is read with.</summary>
public sealed class MemoryTests
{
    private static readonly Shape Shape = new(2, 3, 4, 5);

    [Theory]
    [InlineData(5, 7)]
    [InlineData(33, 50)]
    [InlineData(64, 3)]
    public void Products_with_a_matrix_have_the_gradients_of_differences(int channels, int slots)
    {
        Check.Operation(n => n.Add(new MatrixMultiply(n.Trainable(Shape with { C = channels }), n.Trainable(new Shape(1, channels, 1, slots)))));
        Check.Operation(n => n.Add(new MatrixMultiply(n.Trainable(Shape with { C = channels }), n.Trainable(new Shape(1, slots, 1, channels)), transposed: true)));
    }

    [Fact]
    public void A_matrix_times_its_own_transpose_has_the_gradients_of_both_sides() => Check.Operation(n =>
    {
        Value m = n.Trainable(new Shape(1, 7, 1, 5));
        return n.Add(new MatrixMultiply(m, m, transposed: true));
    });

    [Fact]
    public void Softmax_gradients_match_differences() => Check.Operation(n => n.Add(new Softmax(n.Trainable(Shape), 2.5f)));

    [Fact]
    public void Shrinkage_gradients_match_differences() => Check.Operation(n => n.Add(new HardShrink(n.Add(new Softmax(n.Trainable(Shape), 2)), 0.15f)));

    [Fact]
    public void Entropy_gradients_match_differences() => Check.Operation(n => n.Add(new Entropy(n.Add(new Softmax(n.Trainable(Shape))))));

    [Fact]
    public void Scaling_by_length_has_the_gradients_of_differences()
    {
        Check.Operation(n => n.Add(new ScaleByLength(n.Trainable(Shape), n.Trainable(Shape))));
        Check.Operation(n => n.Add(new ScaleByLength(n.Input(Shape), n.Trainable(Shape))));
        Check.Operation(n => n.Add(new ScaleByLength(n.Trainable(Shape), n.Input(Shape))));
        Check.Operation(n =>
        {
            Value x = n.Trainable(Shape);
            return n.Add(new ScaleByLength(x, x));
        });
    }

    // Addressed by rows of unit length and read out with them: one trained parameter, used twice.
    [Fact]
    public void A_memory_trains_as_its_definition_says() => Check.Operation(
        n =>
        {
            Value x = n.Trainable(Shape with { C = 20 });
            Value slots = n.Add(new L2Normalize(n.Trainable(new Shape(1, 12, 1, 20))));
            Value shares = n.Add(new HardShrink(n.Add(new Softmax(n.Add(new MatrixMultiply(n.Add(new L2Normalize(x)), slots, transposed: true)), 10)), 1f / 12));
            return n.Add(new ScaleByLength(n.Add(new MatrixMultiply(shares, slots)), x));
        },
        tolerance: 1e-4);

    [Fact]
    public void A_memory_is_read_at_inspection_as_in_training()
    {
        var n = new TestNetwork();
        Value slots = n.Add(new L2Normalize(n.Trainable(new Shape(1, 12, 1, 5))));
        Value x = n.Input(Shape);
        Check.Inference(n, [n.Add(new MatrixMultiply(n.Add(new Softmax(n.Add(new MatrixMultiply(x, slots, transposed: true)))), slots))]);
    }

    [Fact]
    public void What_is_behind_a_stop_gets_no_gradient_through_it()
    {
        var n = new TestNetwork();
        Value x = n.Trainable(Shape, v => 1 + (0.1 * v));
        Value loss = n.Add(new WeightedSum(n.Add(new Multiply(x, n.Add(new StopGradient(n.Add(new Sigmoid(x)))))), 1));
        var plan = TrainingPlan.Compile([loss], TestNetwork.Trains, TestNetwork.OneThread);
        plan.Step();

        // The gradient of the product is its other factor alone.
        float[] values = n.Graph.Parameters["tensor"].Data.Span.ToArray();
        Check.Close([.. values.Select(v => 1 / (1 + Math.Exp(-v)))], plan.Gradients, 1e-6, "gradient");
    }

    [Fact]
    public void A_parameter_as_a_tensor_has_its_values()
    {
        var n = new TestNetwork();
        Value x = n.Trainable(Shape);
        var plan = InferencePlan.Compile([n.Add(new Relu(x)), x], TestNetwork.OneThread);
        plan.Run();
        Assert.Equal(n.Graph.Parameters["tensor"].Data.Span.ToArray(), plan.Output(1).ToArray());
    }

    [Fact]
    public void Tensors_that_do_not_fit_are_refused()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        void Refused(string message, Func<Operation> make) => Assert.Equal(message, Assert.Throws<ArgumentException>(() => n.Add(make())).Message);
        Refused("[2, 3, 4, 5] cannot be multiplied by [1, 7, 1, 5].", () => new MatrixMultiply(x, n.Input(new Shape(1, 7, 1, 5))));
        Refused("[2, 3, 4, 5] cannot be multiplied by the transpose of [1, 5, 1, 7].", () => new MatrixMultiply(x, n.Input(new Shape(1, 5, 1, 7)), transposed: true));
        Refused("ScaleByLength needs two tensors of one shape, not [2, 3, 4, 5] and [2, 3, 4, 1].", () => new ScaleByLength(x, n.Input(Shape with { C = 1 })));
        Refused("vector has 5 values, which do not make [2, 3, 4, 5].", () => new ParameterValue(n.Vector(5), Shape));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HardShrink(x, -1));
    }
}
