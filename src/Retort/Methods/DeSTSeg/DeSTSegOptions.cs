using System.Text.Json.Nodes;
using Retort.Corruption;

namespace Retort.Methods.DeSTSeg;

/// <summary>What the segmentation network sees of teacher and student (paper, Table 6).</summary>
public enum SegmentationInput
{
    /// <summary>The element-wise product of the normalised features: the paper's choice.</summary>
    Product,

    /// <summary>The normalised features of both, side by side.</summary>
    Concatenation,

    /// <summary>One minus their cosine, one channel a level.</summary>
    CosineDistance,
}

/// <summary>Which map of DeSTSeg decides.</summary>
public enum DecidingMap
{
    /// <summary>That of the segmentation network: the paper's choice.</summary>
    Segmentation,

    /// <summary>The product of the levels' cosine distances.</summary>
    Student,

    /// <summary>The segmentation's probability plus the geometric mean of the levels' cosine distances: both have a full say. Ours.</summary>
    Combined,

    /// <summary>The segmentation's probability plus the product of the levels' cosine distances: the student's small values order what the segmentation leaves empty. Ours.</summary>
    Sum,
}

/// <summary>
/// The hyper-parameters of DeSTSeg. "Paper" is the text of CVPR 2023, "code" its authors' release; the text gives no optimiser, learning
/// rate, batch, schedule, T or gamma, so those are the code's.
/// </summary>
public sealed class DeSTSegOptions : MethodOptions
{
    /// <summary>Makes the paper's options.</summary>
    public DeSTSegOptions()
    {
        Batch = 32;
        Steps = [1000, 4000];
        Top = 100;
        Switch("denoising", () => Denoising, v => Denoising = v);
        Switch("encoder-decoder", () => EncoderDecoder, v => EncoderDecoder = v);
        Switch("segmentation", () => Segmentation, v => Segmentation = v);
        Choice("segmentation-input", () => SegmentationInput, v => SegmentationInput = v);
        Switch("l1", () => L1, v => L1 = v);
        LargestValues();
        Number("gamma", () => Gamma, v => Gamma = v, 0, 20);
        Number("student-rate", () => StudentRate, v => StudentRate = v, 0, 100);
        Number("residual-rate", () => ResidualRate, v => ResidualRate = v, 0, 100);
        Number("head-rate", () => HeadRate, v => HeadRate = v, 0, 100);
        Number("momentum", () => Momentum, v => Momentum = v, 0, 0.9999);
        Number("weight-decay", () => WeightDecay, v => WeightDecay = v, 0, 1);
        Schedule();
        Whole("segmentation-stride", () => SegmentationStride, v => SegmentationStride = v, values: "1 or 2");
        Choice("decide", () => Decide, v => Decide = v);
    }

    /// <inheritdoc/>
    public override string MethodName => "DeSTSeg";

    /// <summary>Whether the student sees the corrupted picture and must give the teacher's features of the clean one; else it sees the clean one. Paper, Table 4 ("Den").</summary>
    public bool Denoising { get; set; } = true;

    /// <summary>Whether the student is an encoder with a decoder; else it has the teacher's architecture. Paper, Table 4 ("ED").</summary>
    public bool EncoderDecoder { get; set; } = true;

    /// <summary>Whether there is a segmentation network; without it the product of the levels' cosine distances decides. Paper, Table 4 ("Seg").</summary>
    public bool Segmentation { get; set; } = true;

    /// <summary>What the segmentation network sees. Paper, Table 6.</summary>
    public SegmentationInput SegmentationInput { get; set; } = SegmentationInput.Product;

    /// <summary>Whether the loss of the segmentation has the L1 term. Paper, Table 5.</summary>
    public bool L1 { get; set; } = true;

    /// <summary>The focusing exponent of the focal loss. Code: 4.</summary>
    public double Gamma { get; set; } = 4;

    /// <summary>Learning rate of the student. Code: 0.4, with a loss summed over the batch.</summary>
    public double StudentRate { get; set; } = 0.4;

    /// <summary>Learning rate of the segmentation network's residual blocks. Code: 0.1.</summary>
    public double ResidualRate { get; set; } = 0.1;

    /// <summary>Learning rate of the segmentation network's head. Code: 0.01.</summary>
    public double HeadRate { get; set; } = 0.01;

    /// <summary>Momentum of all optimisers. Code: 0.9.</summary>
    public double Momentum { get; set; } = 0.9;

    /// <summary>Weight decay on everything. Code: 1e-4.</summary>
    public double WeightDecay { get; set; } = 1e-4;

    /// <summary>
    /// Pixels of the finest features for one of the segmentation network: 2 takes a quarter of its time and gives a coarser map. Its dilations are halved
    /// with it. Ours; paper: 1.
    /// </summary>
    public int SegmentationStride { get; set; } = 1;

    /// <summary>Which map decides where there is a segmentation. Ours: those of both together are better while the second phase is short.</summary>
    public DecidingMap Decide { get; set; } = DecidingMap.Segmentation;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PhaseNames => Segmentation ? ["student", "segmentation"] : ["student"];

    /// <inheritdoc/>
    /// <remarks>Ours: at 256 x 256 a step of the segmentation takes about 3.5 times as long as one of the student, at half resolution as long.</remarks>
    internal override IReadOnlyList<double> PhaseCosts => Segmentation ? [1, SegmentationStride == 1 ? 3.5 : 1.2] : [1];

    /// <summary>Dilations of the segmentation head in pixels of its map. Code: 6, 12, 18.</summary>
    internal IReadOnlyList<int> Rates => [6 / SegmentationStride, 12 / SegmentationStride, 18 / SegmentationStride];

    /// <inheritdoc/>
    internal override CorruptionRecipe Corruption => Denoising || Segmentation ? CorruptionRecipe.PerlinTexture : CorruptionRecipe.None;

    /// <inheritdoc/>
    private protected override IReadOnlyList<string> Later => ["warm-up", "decay", "segmentation-stride"];

    /// <inheritdoc/>
    public override void Set(string name, string value)
    {
        base.Set(name, value);
        if (name == "segmentation" && !Segmentation && Steps.Count == 2)
        {
            Steps = [Steps[0]];
        }
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (SegmentationStride is not (1 or 2))
        {
            throw new RetortException($"--set segmentation-stride={SegmentationStride}: give 1 or 2.");
        }

        base.Validate();
    }

    /// <summary>Reads what <see cref="MethodOptions.ToJson"/> wrote.</summary>
    /// <exception cref="RetortException">A value is missing or out of range.</exception>
    internal static DeSTSegOptions FromJson(JsonObject json)
    {
        var options = new DeSTSegOptions();
        options.Read(json);
        return options;
    }
}
