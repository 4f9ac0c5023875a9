using Microsoft.ML.OnnxRuntime;
using Retort.Export;
using Retort.Networks.Onnx;
using Retort.OnnxRuntime.Tests.Support;

namespace Retort.OnnxRuntime.Tests.Export;

public sealed class OnnxDecisionTests
{
    [Fact]
    public void A_score_at_a_threshold_reaches_it_and_one_that_is_no_number_is_anomalous()
    {
        float[] scores = [1.9f, MathF.BitDecrement(2), 2, 2.9f, MathF.BitDecrement(3), 3, 100, float.NaN, float.NegativeInfinity, float.PositiveInfinity];
        var model = new OnnxModel("test", "1", "A decision.");
        OnnxValue score = model.AddInput("score", OnnxType.Float, "n");
        (OnnxValue normalized, OnnxValue verdict) = new OnnxDecision(Uncertain: 2, Image: 3, Scale: 0.5f, Pixel: 1).Add(model.Nodes, score);
        model.AddOutput("normalized", normalized, OnnxType.Float, "n");
        model.AddOutput("verdict", verdict, OnnxType.Int64, "n");
        using var session = new OrtModel(model);
        Dictionary<string, Array> outputs = session.Run(("score", OrtValue.CreateTensorValueFromMemory(scores, [scores.Length])));
        Assert.Equal([0, 0, 1, 1, 1, 2, 2, 2, 0, 2], (long[])outputs["verdict"]);
        var shown = (float[])outputs["normalized"];
        for (int i = 0; i < scores.Length; i++)
        {
            Assert.Equal(1 / (1 + Math.Exp(-(scores[i] - 3.0) / 0.5)), shown[i], 1e-6);
        }
    }
}
