using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Networks;

/// <summary>
/// A tensor of a network's state. Its name and its shape in files are PyTorch's; in memory a convolution's filter lies as
/// <c>[tap][in][out]</c>, so that output channels are contiguous, and everything else as in PyTorch.
/// </summary>
public sealed class Parameter
{
    private readonly int _out;
    private readonly int _in;
    private readonly int _kernelH;
    private readonly int _kernelW;

    private Parameter(string name, bool isStatistic, int outChannels, int inChannels, int kernelH, int kernelW, IReadOnlyList<int> fileShape)
    {
        Name = name;
        IsStatistic = isStatistic;
        FileShape = fileShape;
        (_out, _in, _kernelH, _kernelW) = (outChannels, inChannels, kernelH, kernelW);
        Data = new AlignedBuffer((long)outChannels * inChannels * kernelH * kernelW);
    }

    /// <summary>The name in state dicts: <c>layer1.0.conv1.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The shape in files: OIHW for a filter.</summary>
    public IReadOnlyList<int> FileShape { get; }

    /// <summary>Whether it is gathered from data (a running mean or variance) rather than trained.</summary>
    public bool IsStatistic { get; }

    /// <summary>The values in memory order.</summary>
    public AlignedBuffer Data { get; }

    /// <summary>How many values.</summary>
    public int Length => Data.Length;

    /// <summary>A convolution's filter, zeroed.</summary>
    public static Parameter Filter(string name, int outChannels, int inChannels, int kernelH, int kernelW) =>
        new(name, false, outChannels, inChannels, kernelH, kernelW, [outChannels, inChannels, kernelH, kernelW]);

    /// <summary>A vector with one value a channel, zeroed.</summary>
    public static Parameter Vector(string name, int length, bool isStatistic = false) => new(name, isStatistic, length, 1, 1, 1, [length]);

    /// <summary>The values in file order.</summary>
    public NamedTensor Export()
    {
        var data = new float[Length];
        Span<float> memory = Data.Span;
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = memory[MemoryIndex(i)];
        }

        return new NamedTensor(Name, FileShape, data);
    }

    /// <summary>Takes over values in file order.</summary>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public void Import(NamedTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!tensor.Shape.SequenceEqual(FileShape) || tensor.Data.Length != Length)
        {
            throw new ArgumentException($"Tensor {Name} should have shape [{string.Join(", ", FileShape)}] but has [{string.Join(", ", tensor.Shape)}].", nameof(tensor));
        }

        Span<float> memory = Data.Span;
        for (int i = 0; i < tensor.Data.Length; i++)
        {
            memory[MemoryIndex(i)] = tensor.Data[i];
        }
    }

    // File order is [out][in][row][column], memory order [row][column][in][out].
    private int MemoryIndex(int i)
    {
        int taps = _kernelH * _kernelW;
        int tap = i % taps;
        int inChannel = i / taps % _in;
        int outChannel = i / taps / _in;
        return (((tap * _in) + inChannel) * _out) + outChannel;
    }
}
