using Microsoft.ML.OnnxRuntime;
using Retort.Networks;
using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.OnnxRuntime.Tests.Support;

/// <summary>Operations as ONNX Runtime does them against plans.</summary>
internal static class Check
{
    /// <summary>Exports what makes a value and compares it with a plan, as it was built and for one picture of the batch alone.</summary>
    /// <param name="build">Makes the value.</param>
    /// <param name="tolerance">Relative to the largest magnitude.</param>
    public static void Operation(Func<TestNetwork, Value> build, double tolerance = 1e-5)
    {
        var network = new TestNetwork();
        Value output = build(network);
        using InferencePlan plan = InferencePlan.Compile([output], TestNetwork.OneThread);
        network.FillInputs(plan);
        plan.Run();
        float[] expected = plan.Output(0).ToArray();

        Input[] inputs = [.. network.Graph.Operations.OfType<Input>()];
        using OrtModel model = Export(inputs, output);
        Close(expected, Run(model, network, inputs, pictures: null), tolerance);

        // Without inputs, or with values that all pictures share, there is no batch to cut.
        if (inputs.Length > 0 && inputs.All(i => i.Output.Shape.N == output.Shape.N))
        {
            Close(expected.AsSpan(0, expected.Length / output.Shape.N), Run(model, network, inputs, pictures: 1), tolerance);
        }
    }

    public static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 1e-3;
        foreach (float value in expected)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(actual[i] - expected[i]) <= tolerance * largest, $"[{i}] is {actual[i]}, not {expected[i]} (largest {largest}).");
        }
    }

    // Inputs and output lie as [N, H, W, C] here, as [N, C, H, W] within.
    private static OrtModel Export(Input[] inputs, Value output)
    {
        var model = new OnnxModel("test", "1", "A test.");
        var tensors = new Dictionary<string, OnnxValue>();
        foreach (Input input in inputs)
        {
            Shape s = input.Output.Shape;
            OnnxValue tensor = model.AddInput(input.Name, OnnxType.Float, "pictures", s.H, s.W, s.C);
            tensors.Add(input.Name, model.Nodes.Add("Transpose", [tensor], new OnnxProperty("perm", [0, 3, 1, 2])));
        }

        OnnxValue result = OnnxExporter.Export(model.Nodes, tensors, [output])[0];
        Shape shape = output.Shape;
        model.AddOutput("y", model.Nodes.Add("Transpose", [result], new OnnxProperty("perm", [0, 2, 3, 1])), OnnxType.Float, "of pictures", shape.H, shape.W, shape.C);
        return new OrtModel(model);
    }

    private static float[] Run(OrtModel model, TestNetwork network, Input[] inputs, int? pictures) => (float[])model.Run([.. inputs.Select(i =>
    {
        Shape s = i.Output.Shape with { N = pictures ?? i.Output.Shape.N };
        return (i.Name, OrtValue.CreateTensorValueFromMemory(network.Inputs[i.Name][..(int)s.Length], [s.N, s.H, s.W, s.C]));
    })])["y"];
}
