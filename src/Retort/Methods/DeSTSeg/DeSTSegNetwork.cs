using Retort.Networks;
using Retort.Networks.Layers;

namespace Retort.Methods.DeSTSeg;

/// <summary>
/// The three networks of DeSTSeg (Zhang et al., CVPR 2023, section 3) as functions over a graph. Names are those of a PyTorch version
/// with the modules <c>teacher</c>, <c>student</c> and <c>seg</c>.
/// </summary>
internal static class DeSTSegNetwork
{
    /// <summary>Prefix of the teacher's parameters: ResNet-18 to layer3, batch normalisation folded.</summary>
    public const string Teacher = "teacher.";

    /// <summary>Prefix of the student's parameters.</summary>
    public const string Student = "student.";

    /// <summary>Prefix of the segmentation network's parameters.</summary>
    public const string Segmentation = "seg.";

    private const int Levels = 3;
    private const int SegmentationChannels = 256;

    /// <summary>Adds the teacher: features T1, T2, T3 of sizes 1/4, 1/8, 1/16.</summary>
    public static IReadOnlyList<Value> AddTeacher(Graph graph, Value picture) => ResNet.Trunk(graph, picture, Teacher, Levels, folded: true);

    /// <summary>Adds the student: features S1, S2, S3 as the teacher's.</summary>
    public static IReadOnlyList<Value> AddStudent(Graph graph, Value picture, bool encoderDecoder, Initializer? initializer)
    {
        if (!encoderDecoder)
        {
            return ResNet.Trunk(graph, picture, $"{Student}encoder.", Levels, folded: false, initializer);
        }

        IReadOnlyList<Value> encoder = ResNet.Trunk(graph, picture, $"{Student}encoder.", 4, folded: false, initializer);
        var style = new ResNet.BlockStyle(Folded: false, ZeroLastGamma: false, initializer);
        Value y = Stage(graph, encoder[3], $"{Student}decoder_layer4.", 512, style);
        var features = new Value[Levels];
        for (int level = Levels; level >= 1; level--)
        {
            Shape size = encoder[level - 1].Shape;
            y = Stage(graph, graph.Add(new Resize(y, size.H, size.W)), $"{Student}decoder_layer{level}.", ResNet.Channels[level - 1], style);
            features[level - 1] = y;
        }

        return features;
    }

    /// <summary>Adds the segmentation network on what teacher and student saw; returns logits <c>[N, H/4, W/4, 1]</c>, or half of that size.</summary>
    public static Value AddSegmentation(Graph graph, IReadOnlyList<Value> teacher, IReadOnlyList<Value> student, DeSTSegOptions options, Initializer? initializer)
    {
        Shape finest = teacher[0].Shape;
        Shape size = finest with { H = finest.H / options.SegmentationStride, W = finest.W / options.SegmentationStride };
        IEnumerable<Value> levels = options.SegmentationInput switch
        {
            // The reference code negates the product; the paper does not. The sign matters only to imported weights, so it is the code's.
            SegmentationInput.Product => teacher.Zip(student, (t, s) => graph.Add(new Multiply(Normalize(graph, t), Normalize(graph, s), -1))),
            SegmentationInput.Concatenation => teacher.Zip(student, (t, s) => graph.Add(new Concat([Normalize(graph, t), Normalize(graph, s)]))),
            _ => teacher.Zip(student, (t, s) => graph.Add(new CosineDistance(t, s))),
        };
        Value x = graph.Add(new Concat([.. levels.Select(l => AtSize(graph, l, size))]));
        x = Stage(graph, x, $"{Segmentation}res.", SegmentationChannels, new ResNet.BlockStyle(Folded: false, ZeroLastGamma: false, initializer));
        x = Aspp.Add(graph, x, $"{Segmentation}head.0.", SegmentationChannels, options.Rates, initializer);
        x = graph.Convolution(x, $"{Segmentation}head.1", SegmentationChannels, 3, initializer: initializer, initialization: FilterInitialization.PyTorchDefault);
        x = graph.Relu(graph.BatchNorm(x, $"{Segmentation}head.2"));
        return graph.Convolution(x, $"{Segmentation}head.4", 1, 1, bias: true, initializer: initializer, initialization: FilterInitialization.PyTorchDefault);
    }

    /// <summary>Adds the map of the student alone: the product over levels of one minus the cosine, <c>[N, H/4, W/4, 1]</c>.</summary>
    public static Value AddDistanceMap(Graph graph, IReadOnlyList<Value> teacher, IReadOnlyList<Value> student)
    {
        Shape size = teacher[0].Shape;
        return teacher.Zip(student, (t, s) => AtSize(graph, graph.Add(new CosineDistance(t, s)), size)).Aggregate((a, b) => graph.Add(new Multiply(a, b)));
    }

    /// <summary>
    /// Adds the map of both together: the segmentation's probability plus the cube root of the student's map, which is the geometric mean of the
    /// three levels' distances and, like the probability, from 0 to 1. Ours, for a segmentation that has not been trained for long.
    /// </summary>
    public static Value AddCombinedMap(Graph graph, Value segmentation, Value distance) =>
        graph.Add(new Add(segmentation, graph.Add(new Power(distance, 1f / Levels))));

    /// <summary>Adds the student's loss, one scalar a level: the cosine distance, mean over pixels, summed over the batch (code; the paper's eq. 4 has no batch).</summary>
    public static IReadOnlyList<Value> AddStudentLosses(Graph graph, IReadOnlyList<Value> teacher, IReadOnlyList<Value> student) =>
        [.. teacher.Zip(student, (t, s) => graph.Add(new WeightedSum(graph.Add(new CosineDistance(t, s)), 1f / (t.Shape.H * t.Shape.W))))];

    private static Value Stage(Graph graph, Value x, string prefix, int channels, ResNet.BlockStyle style)
    {
        x = ResNet.BasicBlock(graph, x, $"{prefix}0.", channels, 1, style);
        return ResNet.BasicBlock(graph, x, $"{prefix}1.", channels, 1, style);
    }

    private static Value Normalize(Graph graph, Value x) => graph.Add(new L2Normalize(x));

    private static Value AtSize(Graph graph, Value x, Shape size) =>
        x.Shape.H == size.H && x.Shape.W == size.W ? x : graph.Add(new Resize(x, size.H, size.W));
}
