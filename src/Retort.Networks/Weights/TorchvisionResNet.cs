namespace Retort.Networks.Weights;

/// <summary>Turns the state dict of torchvision's or timm's ResNets into what a frozen teacher needs.</summary>
public static class TorchvisionResNet
{
    // PyTorch's default for BatchNorm2d, which both libraries keep.
    private const double Epsilon = 1e-5;

    // A state dict may lie in a training checkpoint, and DataParallel puts 'module.' before every name. Of several networks in a file these go first.
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
    /// The state dict, alone or under another name such as <c>state_dict</c> or <c>backbone</c>, with or without <c>module.</c> before its names;
    /// what the trunk does not need is passed over, but not further blocks in its layers: they make another network. A trunk that is folded already (it has <c>conv1.bias</c> and no <c>bn1.weight</c>) is checked and returned.
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
        var state = new StateDict(tensors, architecture.Name, source);
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

        state.RequireNoMore(architecture, levels);
        return folded;
    }

    /// <summary>Finds out by names and shapes which network a state dict is of.</summary>
    /// <param name="tensors">As for <see cref="FoldTrunk(IReadOnlyList{NamedTensor}, ResNetArchitecture, int, string)"/>.</param>
    /// <param name="levels">The last layer to look at.</param>
    /// <param name="source">What messages call the tensors: their file.</param>
    /// <exception cref="WeightFileException">It is of none of <see cref="ResNetArchitecture.All"/>.</exception>
    public static ResNetArchitecture Recognise(IReadOnlyList<NamedTensor> tensors, int levels = 3, string source = "the teacher's file")
    {
        ArgumentNullException.ThrowIfNull(tensors);
        string names = string.Join(", ", ResNetArchitecture.All.Select(a => a.Name));
        var state = new StateDict(tensors, "ResNet", source);
        return ResNetArchitecture.All.FirstOrDefault(a => state.IsOf(a, levels))
            ?? throw new WeightFileException($"{source} holds the state dict of none of {names}; give one of torchvision's or timm's networks of these names.");
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

        public StateDict(IReadOnlyList<NamedTensor> tensors, string architecture, string source)
        {
            _architecture = architecture;
            _source = source;
            foreach (NamedTensor tensor in tensors)
            {
                if (!_tensors.TryAdd(tensor.Name, tensor))
                    throw new WeightFileException($"{source} holds the tensor {tensor.Name} twice; give the state dict of one {_architecture}.");
            }

            _prefix = FindPrefix();
        }

        public bool Has(string name) => _tensors.ContainsKey(_prefix + name);

        /// <summary>Whether it has the architecture's convolutions, and no further blocks in these layers.</summary>
        public bool IsOf(ResNetArchitecture architecture, int levels) =>
            FurtherBlock(architecture, levels) is null
            && architecture.Convolutions(levels).All(c =>
                _tensors.TryGetValue($"{_prefix}{c.Name}.weight", out NamedTensor? weight) && weight.Shape.SequenceEqual([c.Outputs, c.Inputs, c.Kernel, c.Kernel]));

        public void RequireNoMore(ResNetArchitecture architecture, int levels)
        {
            if (FurtherBlock(architecture, levels) is { } more)
                throw new WeightFileException($"{_source} holds {more}, which {_architecture} does not have; give the state dict of a {_architecture} of torchvision or timm.");
        }

        private string? FurtherBlock(ResNetArchitecture architecture, int levels) =>
            Enumerable.Range(1, levels).Select(level => $"layer{level}.{architecture.Blocks[level - 1]}.conv1.weight").FirstOrDefault(Has);

        // The stem is the convolution of that name that takes pictures: three channels.
        private string FindPrefix()
        {
            const string stem = "conv1.weight";
            string[] found =
            [
                .. _tensors.Values
                    .Where(t => (t.Name == stem || t.Name.EndsWith($".{stem}", StringComparison.Ordinal)) && t.Shape is [_, 3, _, _])
                    .Select(t => t.Name[..^stem.Length]),
            ];
            if (Prefixes.FirstOrDefault(found.Contains) is { } known)
                return known;
            return found.Length <= 1
                ? found.FirstOrDefault("")
                : throw new WeightFileException($"{_source} holds {found.Length} networks ({string.Join(", ", found.Select(prefix => $"{prefix}{stem}"))}); give the state dict of one of them alone.");
        }

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
