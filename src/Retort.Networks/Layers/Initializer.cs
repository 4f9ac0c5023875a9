using Retort.Numerics;

namespace Retort.Networks.Layers;

/// <summary>
/// PyTorch's initial values. The draws for a parameter depend on the seed and on its name alone, not on what else the network has.
/// </summary>
/// <param name="seed">The seed of the run.</param>
public sealed class Initializer(ulong seed)
{
    /// <summary>The name of the random stream.</summary>
    private const int Stream = 0x696e6974;

    /// <summary><c>kaiming_normal_(mode="fan_out", nonlinearity="relu")</c>: normal with variance 2 / (out channels * taps).</summary>
    public void KaimingNormalFanOut(Parameter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        double deviation = Math.Sqrt(2.0 / (filter.FileShape[0] * filter.FileShape[2] * filter.FileShape[3]));
        CounterRandom random = Draws(filter);
        Fill(filter, () => deviation * random.NextGaussian());
    }

    /// <summary>PyTorch's default for a convolution's filter and bias: uniform within 1 / sqrt(in channels * taps).</summary>
    /// <param name="parameter">The filter or bias.</param>
    /// <param name="fanIn">In channels * taps of the filter.</param>
    public void Uniform(Parameter parameter, int fanIn)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        double bound = 1 / Math.Sqrt(fanIn);
        CounterRandom random = Draws(parameter);
        Fill(parameter, () => random.NextUniform(-bound, bound));
    }

    // In file order, so that values do not depend on how memory is laid out.
    private static void Fill(Parameter parameter, Func<double> draw)
    {
        var data = new float[parameter.Length];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (float)draw();
        }

        parameter.Import(new Weights.NamedTensor(parameter.Name, parameter.FileShape, data));
    }

    private CounterRandom Draws(Parameter parameter)
    {
        // FNV-1a: the same on every machine and in every process.
        uint hash = 2166136261;
        foreach (char c in parameter.Name)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        return new CounterRandom(seed, Stream, unchecked((int)hash));
    }
}
