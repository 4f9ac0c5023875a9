using Retort.Data;
using Retort.Detectors;
using Retort.Methods;
using Retort.Networks.Onnx;

namespace Retort.Export;

/// <summary>
/// A detector as an ONNX model that is whole in itself: 8-bit RGB pictures of any size in; map, score, normalised score and verdict out. What a consumer needs
/// besides is in its metadata, see <see cref="OnnxMetadata"/>.
/// </summary>
public static class OnnxDetector
{
    /// <summary>The input: 8-bit RGB, <c>[N, H, W, 3]</c>, as many pictures of one size as one likes.</summary>
    public const string Pictures = "pictures";

    /// <summary>The anomaly maps at the detector's size, <c>[N, Size, Size]</c>.</summary>
    public const string Map = "map";

    /// <summary>The image scores on the method's scale, <c>[N]</c>.</summary>
    public const string Score = "score";

    /// <summary>The image scores from 0 to 1, the threshold at 0.5: <c>[N]</c>.</summary>
    public const string NormalizedScore = "normalized_score";

    /// <summary>What the scores mean, as numbers of <see cref="OnnxMetadata.ClassNames"/>: <c>[N]</c>.</summary>
    public const string Verdict = "verdict";

    /// <summary>Writes a detector as an ONNX file: beside its name first, then renamed.</summary>
    /// <param name="file">The detector.</param>
    /// <param name="path">Where to.</param>
    /// <param name="check">Looks at the whole file before it takes its name, given where it is; if this throws, an older file of that name stays as it was.</param>
    /// <exception cref="RetortException">
    /// The detector does not look at whole pictures, its weights do not fit the method, or the file cannot be written; an older file of that name is as it was.
    /// </exception>
    public static void Write(DetectorFile file, string path, Action<string>? check = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.Info.Layout.IsWhole)
        {
            throw new RetortException($"{path}: an ONNX model inspects whole pictures, but this detector cuts them into tiles or leaves parts out; export one that was trained without --tile, --roi and --ignore-mask.");
        }

        AtomicFile.CheckWritable(path);
        AtomicFile.Write(path, Create(file).Write, check);
    }

    /// <summary>Makes the model.</summary>
    /// <exception cref="RetortException">The weights do not fit the method.</exception>
    internal static OnnxModel Create(DetectorFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        IMethod method = MethodCatalog.Get(file.Info.Method);
        MethodOptions options = method.ReadOptions(file.Info.Options);
        int size = options.Size;
        var model = new OnnxModel("Retort", file.Info.Training.RetortVersion, $"{method.Title}: anomaly maps, scores and verdicts of pictures.");
        OnnxNodes nodes = model.Nodes;

        OnnxValue pictures = model.AddInput(Pictures, OnnxType.UInt8, "pictures", "height", "width", 3);
        OnnxValue normalized = Normalize(nodes, Resize(nodes, pictures, size), file.Info.Normalization);
        var inputs = new Dictionary<string, OnnxValue> { [MapComponent.Picture] = normalized };
        OnnxValue map = OnnxExporter.Export(nodes, inputs, [MapComponent.Load(method, options, file.Weights, batch: 1)[0].Map])[0];
        OnnxValue score = MeanOfLargest(nodes, map, size * size, options.CountedPixels);
        OnnxDecision decision = OnnxDecision.Of(file.Info.Thresholds);
        (OnnxValue normalizedScore, OnnxValue verdict) = decision.Add(nodes, score);

        model.AddOutput(Map, nodes.Add("Squeeze", [map, nodes.Whole(1)]), OnnxType.Float, "pictures", size, size);
        model.AddOutput(Score, score, OnnxType.Float, "pictures");
        model.AddOutput(NormalizedScore, normalizedScore, OnnxType.Float, "pictures");
        model.AddOutput(Verdict, verdict, OnnxType.Int64, "pictures");
        OnnxMetadata.Add(model, file, decision);
        return model;
    }

    /// <summary>Adds the resize of <c>[N, H, W, 3]</c> bytes to <c>[N, 3, Size, Size]</c>.</summary>
    /// <remarks>
    /// As <see cref="Imaging.PillowResize"/>, with ONNX's means: a triangle filter that is widened when the picture shrinks, over what lies inside of it. In ONNX Runtime
    /// single pixels differ by one, where a sum lies halfway between two bytes.
    /// </remarks>
    internal static OnnxValue Resize(OnnxNodes nodes, OnnxValue pictures, int size) => nodes.AddResize(
        nodes.Add("Transpose", [pictures], new OnnxProperty("perm", [0, 3, 1, 2])), size, size, new OnnxProperty("antialias", 1), new OnnxProperty("exclude_outside", 1));

    /// <summary>Adds what <see cref="Normalization"/> does, in the same steps.</summary>
    internal static OnnxValue Normalize(OnnxNodes nodes, OnnxValue bytes, Normalization normalization)
    {
        OnnxValue Channel(string name, ReadOnlySpan<float> values) => nodes.Numbers(name, values, [1, 3, 1, 1]);
        OnnxValue values = nodes.Add("Cast", [bytes], new OnnxProperty("to", (long)OnnxType.Float));
        OnnxValue fractions = nodes.Add("Div", [values, nodes.Number(255)]);
        return nodes.Add("Div", [nodes.Add("Sub", [fractions, Channel("mean", normalization.Mean)]), Channel("deviation", normalization.Deviation)]);
    }

    /// <summary>Adds the score of maps <c>[N, 1, H, W]</c>: the mean of the largest values of each.</summary>
    internal static OnnxValue MeanOfLargest(OnnxNodes nodes, OnnxValue map, int pixels, int count)
    {
        OnnxValue rows = nodes.Add("Reshape", [map, nodes.Whole(0, pixels)]);
        OnnxValue largest = nodes.AddSeveral("TopK", 2, [rows, nodes.Whole(count)])[0];
        return nodes.Add("ReduceMean", [largest, nodes.Whole(1)], new OnnxProperty("keepdims", 0));
    }
}
