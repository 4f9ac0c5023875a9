namespace Retort.Networks.Weights;

/// <summary>A convolution of a ResNet and the batch normalisation behind it.</summary>
/// <param name="Name">Its name in torchvision's state dict, without <c>.weight</c>.</param>
/// <param name="Normalization">The name of its batch normalisation.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Inputs">Input channels.</param>
/// <param name="Kernel">Side of the filter; its padding is half of that, rounded down.</param>
/// <param name="Stride">Its stride.</param>
public sealed record ResNetConvolution(string Name, string Normalization, int Outputs, int Inputs, int Kernel, int Stride);

/// <summary>A ResNet as torchvision builds it (He et al. 2016; stride on the 3x3 convolution of a bottleneck; Zagoruyko 2016 for the wide one).</summary>
/// <param name="Name">torchvision's name, for instance <c>resnet18</c>.</param>
/// <param name="Blocks">Blocks of layer1 to layer4.</param>
/// <param name="IsBottleneck">Whether blocks are 1x1, 3x3, 1x1 convolutions with four times the channels at the end, or two 3x3.</param>
/// <param name="Width">Channels of the first 3x3 convolution of layer1: 64, or 128 for the wide network.</param>
public sealed record ResNetArchitecture(string Name, IReadOnlyList<int> Blocks, bool IsBottleneck, int Width)
{
    /// <summary>The channels behind conv1, and the unit that layers double.</summary>
    private const int Stem = 64;

    /// <summary>ResNet-18.</summary>
    public static ResNetArchitecture ResNet18 { get; } = new("resnet18", [2, 2, 2, 2], IsBottleneck: false, Stem);

    /// <summary>ResNet-34.</summary>
    public static ResNetArchitecture ResNet34 { get; } = new("resnet34", [3, 4, 6, 3], IsBottleneck: false, Stem);

    /// <summary>ResNet-50.</summary>
    public static ResNetArchitecture ResNet50 { get; } = new("resnet50", [3, 4, 6, 3], IsBottleneck: true, Stem);

    /// <summary>Wide ResNet-50-2.</summary>
    public static ResNetArchitecture WideResNet50x2 { get; } = new("wide_resnet50_2", [3, 4, 6, 3], IsBottleneck: true, 2 * Stem);

    /// <summary>All of the above.</summary>
    public static IReadOnlyList<ResNetArchitecture> All { get; } = [ResNet18, ResNet34, ResNet50, WideResNet50x2];

    /// <summary>Output channels of a layer.</summary>
    /// <param name="level">1 for layer1, up to 4.</param>
    public int Channels(int level) => (Stem << (level - 1)) * (IsBottleneck ? 4 : 1);

    /// <summary>Channels of the first convolution of a layer's blocks: of a bottleneck's 3 x 3 one.</summary>
    /// <param name="level">1 for layer1, up to 4.</param>
    public int InnerChannels(int level) => Width << (level - 1);

    /// <summary>The convolutions from conv1 to the end of a layer, in the order of the state dict.</summary>
    /// <param name="levels">1 to end with layer1, up to 4.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="levels"/> is not 1 to 4.</exception>
    public IReadOnlyList<ResNetConvolution> Convolutions(int levels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(levels, Blocks.Count);
        var all = new List<ResNetConvolution> { new("conv1", "bn1", Stem, 3, 7, 2) };
        int inputs = Stem;
        for (int level = 1; level <= levels; level++)
        {
            for (int block = 0; block < Blocks[level - 1]; block++)
            {
                AddBlock(all, $"layer{level}.{block}", inputs, level, level > 1 && block == 0 ? 2 : 1);
                inputs = Channels(level);
            }
        }

        return all;
    }

    private void AddBlock(List<ResNetConvolution> all, string name, int inputs, int level, int stride)
    {
        int outputs = Channels(level);
        int width = InnerChannels(level);
        (int Outputs, int Inputs, int Kernel, int Stride)[] convolutions = IsBottleneck
            ? [(width, inputs, 1, 1), (width, width, 3, stride), (outputs, width, 1, 1)]
            : [(width, inputs, 3, stride), (outputs, width, 3, 1)];
        for (int i = 0; i < convolutions.Length; i++)
        {
            (int o, int c, int kernel, int s) = convolutions[i];
            all.Add(new ResNetConvolution($"{name}.conv{i + 1}", $"{name}.bn{i + 1}", o, c, kernel, s));
        }

        if (stride != 1 || inputs != outputs)
            all.Add(new ResNetConvolution($"{name}.downsample.0", $"{name}.downsample.1", outputs, inputs, 1, stride));
    }
}
