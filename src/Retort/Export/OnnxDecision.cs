using Retort.Detectors;
using Retort.Networks.Onnx;

namespace Retort.Export;

/// <summary>How the model judges a score. The thresholds are constants of the graph, named so that they can be found there.</summary>
/// <param name="Uncertain">From this score on a picture is uncertain.</param>
/// <param name="Image">From this score on it is anomalous.</param>
/// <param name="Scale">The unit of the normalised score.</param>
/// <param name="Pixel">From this value on a pixel of the map belongs to a region. The model does not use it; consumers may.</param>
internal sealed record OnnxDecision(float Uncertain, float Image, float Scale, float Pixel)
{
    /// <summary>Takes over a detector's thresholds.</summary>
    public static OnnxDecision Of(Thresholds thresholds) =>
        new(thresholds.Uncertain, thresholds.Image, thresholds.Scale, thresholds.Pixel);

    /// <summary>Adds what the scores <c>[N]</c> mean.</summary>
    /// <returns>
    /// <c>1 / (1 + exp(-(score - Image) / Scale))</c>, and the number of the verdict's name in <see cref="OnnxMetadata.ClassNames"/>: how many thresholds the score is not
    /// below. One that is not a number is below none.
    /// </returns>
    public (OnnxValue NormalizedScore, OnnxValue Verdict) Add(OnnxNodes nodes, OnnxValue score)
    {
        OnnxValue Constant(string name, float value) => nodes.Numbers($"threshold.{name}", [value], []);
        OnnxValue Reaches(OnnxValue threshold) =>
            nodes.Add("Cast", [nodes.Add("Not", [nodes.Add("Less", [score, threshold])])], new OnnxProperty("to", (long)OnnxType.Int64));
        OnnxValue image = Constant("image", Image);
        OnnxValue normalized = nodes.Add("Sigmoid", [nodes.Add("Div", [nodes.Add("Sub", [score, image]), Constant("scale", Scale)])]);
        return (normalized, nodes.Add("Add", [Reaches(Constant("uncertain", Uncertain)), Reaches(image)]));
    }
}
