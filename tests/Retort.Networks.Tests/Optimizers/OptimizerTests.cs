using System.Runtime.CompilerServices;
using System.Text.Json;
using Retort.Networks.Optimizers;
using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Optimizers;

/// <summary>Optimisers against PyTorch's: Goldens/optimizers.json, made by Goldens/make_optimizers.py.</summary>
public sealed class OptimizerTests
{
    private const int Steps = 6;

    // The first group that contains a parameter has it.
    private static readonly ParameterGroup[] Groups = [new(p => p.Name == "a", 0.1), new(_ => true, 0.03)];

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    public void Six_steps_with_two_groups_match_PyTorch(string name)
    {
        double[][] golden = JsonSerializer.Deserialize<Dictionary<string, double[][]>>(File.ReadAllText(GoldenPath()))![name];
        var run = new Run(name);
        for (int step = 0; step < Steps; step++)
        {
            run.Step(step);
            Check.Close(golden[step], run.Weights, 1e-6, $"{name} step {step}");
        }

        Assert.Equal(Steps, run.Optimizer.Updates);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    public void Run_continues_from_its_exported_state_bit_for_bit(string name)
    {
        var whole = new Run(name);
        var before = new Run(name);
        for (int step = 0; step < Steps; step++)
        {
            whole.Step(step);
            if (step < 4)
            {
                before.Step(step);
            }
        }

        var after = new Run(name);
        after.Parameters.Import(before.Parameters.Export());
        after.Optimizer.Import(before.Optimizer.Export());
        Assert.Equal(4, after.Optimizer.Updates);
        after.Step(4);
        after.Step(5);
        Assert.Equal(whole.Weights, after.Weights);
    }

    [Fact]
    public void State_is_named_by_parameter()
    {
        Assert.Equal(["optimizer.updates", "optimizer.velocity.a", "optimizer.velocity.b"], new Run("sgd").Optimizer.Export().Select(t => t.Name));
        Assert.Equal(
            ["optimizer.updates", "optimizer.mean.a", "optimizer.mean.b", "optimizer.square.a", "optimizer.square.b"],
            new Run("adam").Optimizer.Export().Select(t => t.Name));
    }

    [Fact]
    public void State_of_another_network_is_refused_by_name()
    {
        Optimizer optimizer = new Run("sgd").Optimizer;
        IReadOnlyList<NamedTensor> state = optimizer.Export();
        ArgumentException missing = Assert.Throws<ArgumentException>(() => optimizer.Import(state.Take(2)));
        Assert.StartsWith("Tensor optimizer.velocity.b is missing or does not have 3 values.", missing.Message, StringComparison.Ordinal);
        ArgumentException other = Assert.Throws<ArgumentException>(() => optimizer.Import([state[0], new NamedTensor("optimizer.velocity.a", [2], [1, 2]), state[2]]));
        Assert.StartsWith("Tensor optimizer.velocity.a is missing or does not have 5 values.", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameter_in_no_group_is_refused_by_name()
    {
        TrainingPlan plan = new Run("sgd").Plan;
        ArgumentException e = Assert.Throws<ArgumentException>(() => new StochasticGradientDescent(plan, [Groups[0]], 0.9, 0));
        Assert.StartsWith("b is in no parameter group.", e.Message, StringComparison.Ordinal);
    }

    private static string GoldenPath([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Goldens", "optimizers.json");

    /// <summary>The two tensors and the loss of the generator script.</summary>
    private sealed class Run
    {
        private readonly Dictionary<string, float[]> _factors = new() { ["ca"] = [1, 0.5f, -0.25f, 2, 0.75f], ["cb"] = [-1, 0.25f, 1.5f] };

        public Run(string name)
        {
            var graph = new Graph(new ParameterSet());
            Value Loss(string parameter, float[] values)
            {
                var shape = new Shape(1, 1, 1, values.Length);
                Value w = graph.Add(new ParameterValue(
                    graph.Parameters.GetOrAdd(parameter, () => Parameter.Vector(parameter, values.Length), p => values.CopyTo(p.Data.Span)), shape));
                return graph.Add(new WeightedSum(graph.Add(new Multiply(graph.Add(new Multiply(w, w)), graph.Input($"c{parameter}", shape))), 1));
            }

            Parameters = graph.Parameters;
            Plan = TrainingPlan.Compile(
                [Loss("a", [0.5f, -1.25f, 2, 0.125f, -0.75f]), Loss("b", [1.5f, -0.25f, 0.875f])], _ => true, TestNetwork.OneThread);
            Optimizer = name == "sgd"
                ? new StochasticGradientDescent(Plan, Groups, momentum: 0.9, weightDecay: 0.01)
                : new Adam(Plan, Groups, beta1: 0.5, weightDecay: 0.01);
        }

        public ParameterSet Parameters { get; }

        public TrainingPlan Plan { get; }

        public Optimizer Optimizer { get; }

        public float[] Weights => [.. Parameters["a"].Data.Span, .. Parameters["b"].Data.Span];

        public void Step(int step)
        {
            foreach ((string name, float[] values) in _factors)
            {
                values.CopyTo(Plan.Input(name));
            }

            Plan.Step();
            Optimizer.LearningRateScale = step < 3 ? 1 : 0.5;
            Optimizer.Update(TestNetwork.OneThread);
        }
    }
}
