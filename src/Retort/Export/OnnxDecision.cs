using Retort.Detectors;
using Retort.Networks.Onnx;

namespace Retort.Export;

/// <summary>How the model judges a score: the thresholds are constants in it, named so that they can be found and changed there.</summary>
/// <param name="Uncertain">From this score on a picture is uncertain.</param>
/// <param name="Image">From this score on it is anomalous.</param>
/// <param name="Scale">The unit of the normalised score.</param>
/// <param name="Pixel">From this value on a pixel of the map belongs to a region. The model does not use it; consumers may.</param>
internal sealed record OnnxDecision(float Uncertain, float Image, float Scale, float Pixel)
{
    /// <summary>Takes over a detector's thresholds.</summary>
    public static OnnxDecision Of(Thresholds thresholds) =>
        new(thresholds.Image, thresholds.Image, Math.Max(Math.Abs(thresholds.Image) / 8, float.Epsilon), thresholds.Pixel);

    /// <summary>Adds <c>1 / (1 + exp(-(score - Image) / Scale))</c>.</summary>
    public OnnxValue AddNormalizedScore(OnnxNodes nodes, OnnxValue score)
    {
        OnnxValue above = nodes.Add("Sub", [score, nodes.Numbers("threshold.image", [Image], [])]);
        return nodes.Add("Sigmoid", [nodes.Add("Div", [above, nodes.Numbers("threshold.scale", [Scale], [])])]);
    }

    /// <summary>Adds the number of the verdict's name in <see cref="OnnxMetadata.ClassNames"/>: how many thresholds the score is not below. One that is not a number is below none.</summary>
    public OnnxValue AddVerdict(OnnxNodes nodes, OnnxValue score)
    {
        OnnxValue Reaches(string name, float threshold)
        {
            OnnxValue below = nodes.Add("Less", [score, nodes.Numbers(name, [threshold], [])]);
            return nodes.Add("Cast", [nodes.Add("Not", [below])], new OnnxProperty("to", (long)OnnxType.Int64));
        }

        return nodes.Add("Add", [Reaches("threshold.uncertain", Uncertain), Reaches("threshold.anomalous", Image)]);
    }
}
