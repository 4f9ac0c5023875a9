using Retort.Networks.Plans;
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
    private AlignedBuffer? _data;

    private Parameter(string name, bool isStatistic, int outChannels, int inChannels, int kernelH, int kernelW, IReadOnlyList<int> fileShape)
    {
        Name = name;
        IsStatistic = isStatistic;
        FileShape = fileShape;
        (_out, _in, _kernelH, _kernelW) = (outChannels, inChannels, kernelH, kernelW);
        _data = new AlignedBuffer((long)outChannels * inChannels * kernelH * kernelW);
        Length = _data.Length;
    }

    /// <summary>The name in state dicts: <c>layer1.0.conv1.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The shape in files: OIHW for a filter.</summary>
    public IReadOnlyList<int> FileShape { get; }

    /// <summary>Whether it is gathered from data (a running mean or variance) rather than trained.</summary>
    public bool IsStatistic { get; }

    /// <summary>The values in memory order.</summary>
    /// <exception cref="InvalidOperationException">A plan took them over, see <see cref="InferenceSettings.TakeParameters"/>.</exception>
    public AlignedBuffer Data => _data ?? throw new InvalidOperationException($"The values of {Name} are not kept: a plan has taken them over.");

    /// <summary>How many values.</summary>
    public int Length { get; }

    /// <summary>A convolution's filter, zeroed.</summary>
    public static Parameter Filter(string name, int outChannels, int inChannels, int kernelH, int kernelW) =>
        new(name, false, outChannels, inChannels, kernelH, kernelW, [outChannels, inChannels, kernelH, kernelW]);

    /// <summary>
    /// A transposed convolution's filter, zeroed: in files <c>[in][out][row][column]</c>, in memory that of the convolution from its output to its
    /// input, <c>[tap][out][in]</c>.
    /// </summary>
    public static Parameter TransposedFilter(string name, int inChannels, int outChannels, int kernel) => Filter(name, inChannels, outChannels, kernel, kernel);

    /// <summary>A vector with one value a channel, zeroed.</summary>
    public static Parameter Vector(string name, int length, bool isStatistic = false) => new(name, isStatistic, length, 1, 1, 1, [length]);

    /// <summary>A matrix in memory as in the file, row after row, zeroed.</summary>
    public static Parameter Matrix(string name, int rows, int columns) => new(name, false, checked(rows * columns), 1, 1, 1, [rows, columns]);

    /// <summary>The values in file order, read when they are used: use them before the network changes.</summary>
    public NamedTensor Export() => new(Name, FileShape, Length, ReadInFileOrder);

    /// <summary>Takes over values in file order.</summary>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public void Import(NamedTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!tensor.Shape.SequenceEqual(FileShape) || tensor.Length != Length)
        {
            throw new ArgumentException($"Tensor {Name} should have shape [{string.Join(", ", FileShape)}] but has [{string.Join(", ", tensor.Shape)}].");
        }

        Span<float> memory = Data.Span;
        float[] values = tensor.Data;
        for (int i = 0; i < values.Length; i++)
        {
            memory[MemoryIndex(i)] = values[i];
        }
    }

    /// <summary>Lets the memory go.</summary>
    internal void Release()
    {
        _data?.Release();
        _data = null;
    }

    private void ReadInFileOrder(Span<float> values)
    {
        Span<float> memory = Data.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = memory[MemoryIndex(i)];
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
