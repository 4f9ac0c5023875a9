using Retort.Methods;
using Retort.Methods.DeSTSeg;
using Retort.Networks;

namespace Retort.Importing;

/// <summary>
/// Checkpoints of the DeSTSeg authors' release: the state dict of their <c>DeSTSeg</c>, the teacher in it (timm's <c>resnet18</c> to layer3, batch norms
/// not folded).
/// </summary>
internal sealed class DeSTSegCheckpoint : ICheckpointFormat
{
    private const string Aspp = "segmentation_net.head.0.aspp_feature_extractors";

    /// <inheritdoc/>
    public string Id => "destseg";

    /// <inheritdoc/>
    public string Title => "a checkpoint of DeSTSeg's authors";

    /// <inheritdoc/>
    public string Method => "destseg";

    /// <inheritdoc/>
    public string Teacher => DeSTSegNetwork.Teacher;

    /// <inheritdoc/>
    public IReadOnlyList<NameRule> Names { get; } =
    [
        new("teacher_net.encoder.", DeSTSegNetwork.Teacher),
        new("student_net.", DeSTSegNetwork.Student),
        new($"{Aspp}.0.1.conv.", "seg.head.0.pool.0."),
        new($"{Aspp}.0.1.norm.", "seg.head.0.pool.1."),
        new($"{Aspp}.1.conv.", "seg.head.0.branches.0.0."),
        new($"{Aspp}.1.norm.", "seg.head.0.branches.0.1."),
        new($"{Aspp}.2.conv.", "seg.head.0.branches.1.0."),
        new($"{Aspp}.2.norm.", "seg.head.0.branches.1.1."),
        new($"{Aspp}.3.conv.", "seg.head.0.branches.2.0."),
        new($"{Aspp}.3.norm.", "seg.head.0.branches.2.1."),
        new("segmentation_net.head.0.aspp_fusion_layer.conv.", "seg.head.0.fuse.0."),
        new("segmentation_net.head.0.aspp_fusion_layer.norm.", "seg.head.0.fuse.1."),
        new("segmentation_net.", DeSTSegNetwork.Segmentation),
    ];

    /// <inheritdoc/>
    public string PartOf(IReadOnlyCollection<string> names) => "";

    /// <inheritdoc/>
    public MethodOptions Recognise(CheckpointTensors tensors) => new DeSTSegOptions();

    /// <inheritdoc/>
    public void AddModel(Graph graph, Value picture, MethodOptions options) => DeSTSegScoring.AddMaps(graph, picture, (DeSTSegOptions)options);
}
