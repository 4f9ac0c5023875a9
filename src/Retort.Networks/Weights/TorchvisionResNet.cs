namespace Retort.Networks.Weights;

/// <summary>Turns the state dict of torchvision's or timm's ResNets into what a frozen teacher needs.</summary>
public static class TorchvisionResNet
{
    // PyTorch's default for BatchNorm2d, which both libraries keep.
    private const double Epsilon = 1e-5;

    // A state dict may lie in a training checkpoint, and DataParallel puts 'module.' before every name.
    private static readonly string[] Prefixes = ["", "module.", "state_dict.", "state_dict.module.", "model.", "model.module."];

    /// <summary>Folds the trunk of a ResNet-18; see the other overload.</summary>
    /// <exception cref="WeightFileException">A tensor is missing, has the wrong shape or values that make no sense.</exception>
    public static IReadOnlyList<NamedTensor> FoldTrunk(IReadOnlyList<NamedTensor> tensors, int levels = 3) =>
        FoldTrunk(tensors, ResNetArchitecture.ResNet18, levels);

    /// <summary>
    /// Folds each batch normalisation into the convolution before it, in double precision:
    /// <c>w' = w * g / sqrt(var + 1e-5)</c>, <c>b' = beta - mean * g / sqrt(var + 1e-5)</c>.
    /// </summary>
    /// <param name="tensors">
    /// The state dict, alone or under <c>state_dict</c> or <c>model</c>, with or without <c>module.</c> before its names; what the trunk
    /// does not need is passed over. A trunk that is folded already (it has <c>conv1.bias</c> and no <c>bn1.weight</c>) is checked and returned.
    /// </param>
    /// <param name="architecture">The network.</param>
    /// <param name="levels">The last layer to take: 3 for layer3.</param>
    /// <param name="source">What messages call the tensors: their file.</param>
    /// <returns><c>NAME.weight</c> (OIHW) and <c>NAME.bias</c> of each convolution, in the order of <see cref="ResNetArchitecture.Convolutions"/>.</returns>
    /// <exception cref="WeightFileException">A tensor is missing, has the wrong shape or values that make no sense.</exception>
    public static IReadOnlyList<NamedTensor> FoldTrunk(IReadOnlyList<NamedTensor> tensors, ResNetArchitecture architecture, int levels = 3, string source = "the teacher's file")
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(architecture);
        var state = new StateDict(tensors, architecture, source);
        bool isFolded = state.Has("conv1.bias") && !state.Has("bn1.weight");
        var folded = new List<NamedTensor>();
        foreach (ResNetConvolution convolution in architecture.Convolutions(levels))
        {
            NamedTensor weight = state.Get($"{convolution.Name}.weight", convolution.Outputs, convolution.Inputs, convolution.Kernel, convolution.Kernel);
            (NamedTensor w, NamedTensor b) = isFolded
                ? (weight, state.Get($"{convolution.Name}.bias", convolution.Outputs))
                : Fold(convolution, weight, state);
            folded.Add(state.Finite(w));
            folded.Add(state.Finite(b));
        }

        return folded;
    }

    private static (NamedTensor Weight, NamedTensor Bias) Fold(ResNetConvolution convolution, NamedTensor weight, StateDict state)
    {
        NamedTensor gamma = state.Get($"{convolution.Normalization}.weight", convolution.Outputs);
        NamedTensor beta = state.Get($"{convolution.Normalization}.bias", convolution.Outputs);
        NamedTensor mean = state.Get($"{convolution.Normalization}.running_mean", convolution.Outputs);
        NamedTensor variance = state.Get($"{convolution.Normalization}.running_var", convolution.Outputs);
        float[] values = weight.Data;
        float[] w = new float[values.Length];
        float[] b = new float[convolution.Outputs];
        int filter = w.Length / convolution.Outputs;
        for (int o = 0; o < convolution.Outputs; o++)
        {
            if (!(variance.Data[o] >= 0))
                throw state.Senseless(variance);
            double scale = gamma.Data[o] / Math.Sqrt(variance.Data[o] + Epsilon);
            b[o] = (float)(beta.Data[o] - (mean.Data[o] * scale));
            for (int i = o * filter; i < (o + 1) * filter; i++)
                w[i] = (float)(values[i] * scale);
        }

        return (new NamedTensor(weight.Name, weight.Shape, w), new NamedTensor($"{convolution.Name}.bias", [convolution.Outputs], b));
    }

    /// <summary>Tensors by their names without prefix, checked as they are taken.</summary>
    private sealed class StateDict
    {
        private readonly Dictionary<string, NamedTensor> _tensors = new(StringComparer.Ordinal);
        private readonly string _prefix;
        private readonly string _architecture;
        private readonly string _source;

        public StateDict(IReadOnlyList<NamedTensor> tensors, ResNetArchitecture architecture, string source)
        {
            _architecture = architecture.Name;
            _source = source;
            foreach (NamedTensor tensor in tensors)
            {
                if (!_tensors.TryAdd(tensor.Name, tensor))
                    throw new WeightFileException($"{source} holds the tensor {tensor.Name} twice; give the state dict of one {_architecture}.");
            }

            _prefix = Prefixes.FirstOrDefault(prefix => _tensors.ContainsKey($"{prefix}conv1.weight"), "");
        }

        public bool Has(string name) => _tensors.ContainsKey(_prefix + name);

        public NamedTensor Get(string name, params int[] shape)
        {
            string expected = $"[{string.Join(", ", shape)}]";
            if (!_tensors.TryGetValue(_prefix + name, out NamedTensor? tensor))
                throw new WeightFileException($"{_source} lacks the tensor {name} {expected}; give the state dict of a {_architecture} of torchvision or timm.");
            if (!tensor.Shape.SequenceEqual(shape))
                throw new WeightFileException($"{_source} holds {name} as [{string.Join(", ", tensor.Shape)}] where {_architecture} has {expected}; give the state dict of a {_architecture} of torchvision or timm.");
            return tensor with { Name = name };
        }

        public NamedTensor Finite(NamedTensor tensor) =>
            Array.TrueForAll(tensor.Data, float.IsFinite) ? tensor : throw Senseless(tensor);

        public WeightFileException Senseless(NamedTensor tensor) =>
            new($"{_source} holds values for {tensor.Name} that are not finite or, for a variance, negative; download or save it again.");
    }
}
