using Retort.Networks.Onnx.Format;

namespace Retort.Networks.Weights;

/// <summary>Tells a ResNet in an ONNX model by its convolutions, and gives its tensors the names of torchvision's state dict.</summary>
internal static class OnnxResNet
{
    // What torchvision's and timm's have, and TorchvisionResNet reckons with.
    private const float Epsilon = 1e-5f;

    /// <summary>Names the tensors of the convolutions, and of batch norms behind them that were not folded.</summary>
    /// <returns>Null if the model's convolutions are not those of one of <see cref="ResNetArchitecture.All"/>, whole or up to layer3.</returns>
    /// <exception cref="InvalidWeightsException">They are, but something about them is not as in such a network.</exception>
    public static IReadOnlyList<NamedTensor>? Name(GraphProto graph, OnnxConstants constants)
    {
        NodeProto[] nodes = [.. graph.Node.Where(n => n.OpType == "Conv" && n.Input.Count >= 2 && n.Output.Count == 1)];
        if (ResNetArchitecture.All.FirstOrDefault(a => Fits(a, nodes, constants)) is not { } architecture)
            return null;

        Dictionary<string, NodeProto> norms = [];
        foreach (NodeProto norm in graph.Node.Where(n => n.OpType == "BatchNormalization" && n.Input.Count == 5))
            norms.TryAdd(norm.Input[0], norm);

        var tensors = new List<NamedTensor>();
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((ResNetConvolution convolution, NodeProto node) in Convolutions(architecture, nodes.Length).Zip(nodes))
        {
            inputs.Add(convolution.Name, node.Input[0]);
            RequireShortcut(convolution.Name, inputs);
            tensors.Add(Get(node.Input[1], $"{convolution.Name}.weight"));
            if (node.Input.Count > 2 && node.Input[2].Length > 0)
                tensors.Add(Get(node.Input[2], $"{convolution.Name}.bias"));
            if (norms.TryGetValue(node.Output[0], out NodeProto? norm))
                AddNorm(convolution.Normalization, norm);
        }

        return tensors;

        NamedTensor Get(string from, string name) =>
            (constants.Get(from) ?? throw new InvalidWeightsException($"{name} of its {architecture.Name} is no constant")) with { Name = name };

        void AddNorm(string name, NodeProto norm)
        {
            // An attribute that is not there has this value too.
            if (norm.Attribute.FirstOrDefault(a => a.Name == "epsilon") is { } epsilon && Math.Abs(epsilon.F - Epsilon) > Epsilon / 100)
                throw new InvalidWeightsException($"{name} of its {architecture.Name} has the epsilon {epsilon.F} where torchvision's has {Epsilon}", "export torchvision's or timm's network");
            string[] parts = ["weight", "bias", "running_mean", "running_var"];
            for (int i = 0; i < parts.Length; i++)
                tensors.Add(Get(norm.Input[i + 1], $"{name}.{parts[i]}"));
        }
    }

    // Three layers at least, and no other convolution before the end of the fourth.
    private static bool Fits(ResNetArchitecture architecture, NodeProto[] nodes, OnnxConstants constants) =>
        nodes.Length >= architecture.Convolutions(3).Count
        && Convolutions(architecture, nodes.Length).Zip(nodes).All(pair => Fits(pair.First, pair.Second, constants));

    private static IEnumerable<ResNetConvolution> Convolutions(ResNetArchitecture architecture, int most) => architecture.Convolutions(4).Take(most);

    private static bool Fits(ResNetConvolution convolution, NodeProto node, OnnxConstants constants) =>
        constants.ShapeOf(node.Input[1]) is [var outputs, var inputs, var height, var width]
        && (outputs, inputs, height, width) == (convolution.Outputs, convolution.Inputs, convolution.Kernel, convolution.Kernel)
        && All(node, "strides", convolution.Stride, 1)
        && All(node, "pads", convolution.Kernel / 2, 0)
        && All(node, "dilations", 1, 1);

    private static bool All(NodeProto node, string attribute, int expected, int otherwise) =>
        node.Attribute.FirstOrDefault(a => a.Name == attribute) is { } given ? given.Ints.All(v => v == expected) : expected == otherwise;

    // In layer1 of a bottleneck network the shortcut has the shape of the convolution before it: only what it takes tells them apart.
    private static void RequireShortcut(string name, Dictionary<string, string> inputs)
    {
        const string shortcut = ".downsample.0";
        if (name.EndsWith(shortcut, StringComparison.Ordinal) && inputs[name] != inputs[name[..^shortcut.Length] + ".conv1"])
            throw new InvalidWeightsException("its convolutions come in another order than PyTorch's exporter puts them", "export it with torch.onnx.export");
    }
}
