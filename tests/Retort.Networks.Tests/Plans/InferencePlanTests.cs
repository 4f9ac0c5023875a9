using Retort.Networks.Layers;
using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;
using Retort.Numerics;

namespace Retort.Networks.Tests.Plans;

public sealed class InferencePlanTests
{
    [Fact]
    public void Later_changes_of_the_parameters_have_no_effect()
    {
        var n = new TestNetwork();
        Value x = n.Graph.Convolution(n.Input(new Shape(1, 5, 4, 3)), "conv", 4, 3, bias: true);
        x = n.Graph.BatchNorm(n.Add(new Sigmoid(x)), "norm");
        n.Randomize();
        InferencePlan plan = Check.Inference(n, [x]);
        float[] before = plan.Output(0).ToArray();
        n.Randomize();
        n.FillInputs(plan);
        plan.Run();
        Assert.Equal(before, plan.Output(0).ToArray());
    }

    [Fact]
    public void Inputs_that_no_output_needs_are_left_out()
    {
        var n = new TestNetwork();
        Value y = n.Add(new Sigmoid(n.Input(new Shape(1, 2, 2, 1))));
        n.Graph.Input("unread", new Shape(1, 1, 1, 1));
        var plan = InferencePlan.Compile([y], TestNetwork.OneThread);
        Assert.True(plan.HasInput("input0"));
        Assert.False(plan.HasInput("unread"));
        Assert.Throws<KeyNotFoundException>(() => plan.Input("unread").Length);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        float[] Run(int threads)
        {
            using var pool = new WorkerPool(threads);
            var n = new TestNetwork();
            Value y = ResNet.Trunk(n.Graph, n.Input(new Shape(2, 64, 64, 3)), "teacher.", 2, folded: false)[1];
            n.Randomize();
            var plan = InferencePlan.Compile([y], pool);
            n.FillInputs(plan);
            plan.Run();
            return plan.Output(0).ToArray();
        }

        float[] one = Run(1);
        Assert.Contains(one, v => v > 0);
        Assert.Equal(one, Run(2));
        Assert.Equal(one, Run(3));
    }

    [Fact]
    public void Little_memory_gives_the_same_results_within_rounding()
    {
        (InferencePlan fast, _) = Trunk(new InferenceSettings());
        (InferencePlan low, _) = Trunk(new InferenceSettings(MemoryPolicy.Low));
        Assert.NotEqual(fast.Output(1).ToArray(), low.Output(1).ToArray());
        Check.Close([.. fast.Output(1).ToArray().Select(v => (double)v)], low.Output(1).ToArray(), 1e-5, "features");
    }

    [Fact]
    public void Plan_that_takes_the_parameters_over_gives_the_same_bits_and_lets_them_go()
    {
        (InferencePlan kept, Graph graph) = Trunk(new InferenceSettings());
        Assert.All(graph.Parameters.All, p => Assert.Equal(p.Length, p.Data.Length));
        (InferencePlan taken, Graph emptied) = Trunk(new InferenceSettings(TakeParameters: true));
        Assert.Equal(kept.Output(1).ToArray(), taken.Output(1).ToArray());
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => emptied.Parameters["teacher.conv1.weight"].Data.Length);
        Assert.Contains("teacher.conv1.weight", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_output_alone_is_computed_by_the_steps_it_needs()
    {
        var n = new TestNetwork();
        Value x = n.Input(new Shape(1, 4, 4, 2));
        Value shared = n.Add(new Sigmoid(x));
        Value a = n.Add(new Multiply(shared, shared));
        Value b = n.Add(new Multiply(n.Add(new Relu(x)), shared));
        InferencePlan plan = Check.Inference(n, [a, b]);
        float[][] all = [plan.Output(0).ToArray(), plan.Output(1).ToArray()];
        for (int i = 0; i < 2; i++)
        {
            plan.Output(0).Clear();
            plan.Output(1).Clear();
            n.FillInputs(plan);
            plan.RunOnly(i);
            Assert.Equal(all[i], plan.Output(i).ToArray());
            Assert.Equal(-1, plan.Output(1 - i).IndexOfAnyExcept(0));
        }
    }

    [Fact]
    public void Intermediate_results_share_memory()
    {
        var n = new TestNetwork();
        Value x = n.Input(new Shape(1, 16, 16, 16));
        for (int i = 0; i < 20; i++)
        {
            x = n.Add(new Sigmoid(x));
        }

        // The output has a place of its own; the chain needs two more.
        Assert.Equal(3 * 16 * 16 * 16 * sizeof(float), InferencePlan.Compile([x], TestNetwork.OneThread).ArenaBytes);
    }

    private static (InferencePlan Plan, Graph Graph) Trunk(InferenceSettings settings)
    {
        var n = new TestNetwork();
        IReadOnlyList<Value> levels = ResNet.Trunk(n.Graph, n.Input(new Shape(1, 128, 128, 3)), "teacher.", 2, folded: false);
        n.Randomize();
        var plan = InferencePlan.Compile(levels, TestNetwork.OneThread, settings);
        n.FillInputs(plan);
        plan.Run();
        return (plan, n.Graph);
    }
}
