using Retort.Networks.Plans;

namespace Retort.Networks.Tests.Support;

/// <summary>Plans against <see cref="SlowEvaluator"/>.</summary>
internal static class Check
{
    // The slow loss is in doubles, so its central differences are good to about 1e-9 and the whole tolerance belongs to the plan's floats.
    private const double Step = 1e-5;

    /// <summary>
    /// Checks an operation alone, and where its inputs are used once more, before it and after it: each gradient step must then add to what
    /// is there, or be added to.
    /// </summary>
    /// <param name="build">Makes the operation; everything from <see cref="TestNetwork.Trainable"/> gets a gradient.</param>
    /// <param name="tolerance">Of a gradient, relative to the largest one of its tensor: some hundred roundings of 6e-8.</param>
    /// <param name="samples">How many elements of each tensor are looked at.</param>
    public static void Operation(Func<TestNetwork, Value> build, double tolerance = 1e-5, int samples = 60)
    {
        foreach (int uses in new[] { 0, 1, 2 })
        {
            var network = new TestNetwork();
            Value loss = network.Projected(build(network));
            Value[] others = [.. network.Trainables.Select(network.Projected)];
            Gradients(network, uses switch { 0 => [loss], 1 => [.. others, loss], _ => [loss, .. others] }, tolerance, samples);
        }
    }

    /// <summary>Checks losses, gradients and running statistics of one training step.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">Scalars.</param>
    /// <param name="tolerance">Of a gradient, relative to the largest one looked at of its parameter.</param>
    /// <param name="samples">How many elements of each parameter are looked at.</param>
    public static TrainingPlan Gradients(TestNetwork network, Value[] losses, double tolerance = 1e-5, int samples = int.MaxValue)
    {
        SlowEvaluator slow = network.Evaluator(TestNetwork.Trains);
        TrainingPlan plan = TrainingPlan.Compile(losses, TestNetwork.Trains, TestNetwork.OneThread);
        network.FillInputs(plan);
        double loss = plan.Step();
        double expected = slow.Loss(losses);
        double size = losses.Sum(l => Math.Abs(slow.Evaluate(l)[0]));
        Assert.True(Math.Abs(loss - expected) <= tolerance * (1 + size), $"Loss {loss}, not {expected}.");
        foreach ((Parameter statistic, double[] values) in slow.Statistics.ToArray())
        {
            Close(values, statistic.Data.Span, tolerance, statistic.Name);
        }

        int offset = 0;
        foreach (Parameter parameter in plan.Trained)
        {
            int[] elements = [.. Enumerable.Range(0, Math.Min(samples, parameter.Length)).Select(i => (int)((long)i * parameter.Length / Math.Min(samples, parameter.Length)))];
            double[] differences = [.. elements.Select(i => Difference(slow, losses, parameter, i))];
            float[] gradients = [.. elements.Select(i => plan.Gradients[offset + i])];
            Close(differences, gradients, tolerance, parameter.Name);
            offset += parameter.Length;
        }

        return plan;
    }

    /// <summary>Checks the outputs of an inference plan, and that a second run gives the same bits.</summary>
    public static InferencePlan Inference(TestNetwork network, Value[] outputs, double tolerance = 1e-5)
    {
        SlowEvaluator slow = network.Evaluator(_ => false);
        InferencePlan plan = InferencePlan.Compile(outputs, TestNetwork.OneThread);
        network.FillInputs(plan);
        plan.Run();
        float[][] first = [.. outputs.Select((_, i) => plan.Output(i).ToArray())];
        network.FillInputs(plan);
        plan.Run();
        for (int i = 0; i < outputs.Length; i++)
        {
            Close(slow.Evaluate(outputs[i]), first[i], tolerance, $"output {i}");
            Assert.Equal(first[i], plan.Output(i).ToArray());
        }

        return plan;
    }

    /// <summary>Checks numbers to a tolerance relative to the largest of them.</summary>
    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 1e-3;
        foreach (double value in expected)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(actual[i] - expected[i]) <= tolerance * largest, $"{what}[{i}] is {actual[i]}, not {expected[i]} (largest {largest}).");
        }
    }

    private static double Difference(SlowEvaluator slow, Value[] losses, Parameter parameter, int element)
    {
        ref double value = ref slow[parameter][element];
        double before = value;
        value = before + Step;
        double above = slow.Loss(losses);
        value = before - Step;
        double below = slow.Loss(losses);
        value = before;
        return (above - below) / (2 * Step);
    }
}
