namespace Retort.Numerics.Tests.Convolution;

/// <summary>
/// Tests whose buffers live until the test ends. The collector sees neither pointers nor spans: without this, a buffer could go while a kernel or an
/// assertion still reads it.
/// </summary>
public abstract class ConvolutionMemory : IDisposable
{
    private readonly List<AlignedBuffer> _buffers = [];

    public void Dispose()
    {
        _buffers.ForEach(b => b.Release());
        GC.SuppressFinalize(this);
    }

    protected AlignedBuffer Buffer(long length)
    {
        var buffer = new AlignedBuffer(length);
        _buffers.Add(buffer);
        return buffer;
    }

    protected AlignedBuffer Noise(long length, int seed)
    {
        var random = new Random(seed);
        AlignedBuffer buffer = Buffer(length);
        foreach (ref float v in buffer.Span)
        {
            v = (random.NextSingle() * 2) - 1;
        }

        return buffer;
    }

    protected static void AssertClose(double[] expected, ReadOnlySpan<float> actual, int terms)
    {
        // Values of the order of sqrt(terms), each addition rounded.
        double tolerance = 1e-6 * Math.Sqrt(terms) * Math.Max(1, Math.Log2(terms));
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"element {i}: expected {expected[i]}, got {actual[i]}");
        }
    }
}
