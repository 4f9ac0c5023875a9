using Retort.Methods;
using Retort.Methods.ReverseDistillation;
using Retort.Networks;
using Retort.Networks.Weights;

namespace Retort.Importing;

/// <summary>
/// Checkpoints of reverse distillation's authors (RD4AD): the state dicts <c>bn</c> and <c>decoder</c> in one file, or each in one of its own. The teacher
/// is torchvision's and not in them; some copies of the release also save it, as <c>encoder</c>.
/// </summary>
internal sealed class ReverseDistillationCheckpoint : ICheckpointFormat
{
    private const string Bottleneck = ReverseDistillationNetwork.Embedding + "bn_layer.0.conv1.weight";

    /// <inheritdoc/>
    public string Id => "rd4ad";

    /// <inheritdoc/>
    public string Title => "a checkpoint of reverse distillation's authors";

    /// <inheritdoc/>
    public string Method => "reverse-distillation";

    /// <inheritdoc/>
    public string Teacher => ReverseDistillationNetwork.Teacher;

    /// <inheritdoc/>
    public IReadOnlyList<NameRule> Names { get; } =
    [
        // Declared in the release and not used.
        new("bn.conv4.", null),
        new("bn.bn4.", null),
        new("bn.memory", null),
        new("bn.", ReverseDistillationNetwork.Embedding),
        new("decoder.", ReverseDistillationNetwork.Decoder),
        new("encoder.", ReverseDistillationNetwork.Teacher),
    ];

    /// <inheritdoc/>
    public string PartOf(IReadOnlyCollection<string> names) =>
        names.Contains("bn_layer.0.conv1.weight") ? "bn."
        : names.Contains("layer1.0.upsample.0.weight") ? "decoder."
        : names.Contains("layer1.0.conv1.weight") ? "encoder."
        : "";

    /// <inheritdoc/>
    public MethodOptions Recognise(CheckpointTensors tensors)
    {
        IReadOnlyList<int> shape = tensors.ShapeOf(Bottleneck);
        return new ReverseDistillationOptions { Backbone = ResNetArchitecture.All.FirstOrDefault(Fits) ?? ResNetArchitecture.WideResNet50x2 };

        // The first convolution behind the levels put side by side tells kind and width of the blocks, the decoder's first layer how many there are.
        bool Fits(ResNetArchitecture backbone) =>
            shape is [var outputs, _, var kernel, _]
            && outputs == backbone.InnerChannels(4)
            && kernel == (backbone.IsBottleneck ? 1 : 3)
            && !tensors.Has($"{ReverseDistillationNetwork.Decoder}layer1.{backbone.Blocks[0]}.conv1.weight");
    }

    /// <inheritdoc/>
    public void AddModel(Graph graph, Value picture, MethodOptions options) => ReverseDistillationNetwork.AddMaps(graph, picture, (ReverseDistillationOptions)options);
}
