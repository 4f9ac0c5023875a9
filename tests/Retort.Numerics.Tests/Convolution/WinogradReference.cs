using Retort.Numerics.Kernels.Convolution;

namespace Retort.Numerics.Tests.Convolution;

/// <summary>The definition of a 3 x 3 convolution and of its gradients, in double precision and in plain loops.</summary>
internal static class WinogradReference
{
    public static double[] Forward(ConvolutionShape s, ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        double[] y = new double[s.OutputLength];
        foreach ((int tap, int from, int to) in Pairs(s))
        {
            for (int ci = 0; ci < s.InChannels; ci++)
            {
                double value = x[(from * s.InChannels) + ci];
                ReadOnlySpan<float> row = w.Slice(((tap * s.InChannels) + ci) * s.OutChannels, s.OutChannels);
                Span<double> result = y.AsSpan(to * s.OutChannels, s.OutChannels);
                for (int co = 0; co < row.Length; co++)
                {
                    result[co] += value * row[co];
                }
            }
        }

        return y;
    }

    public static double[] DataGradient(ConvolutionShape s, ReadOnlySpan<float> dy, ReadOnlySpan<float> w)
    {
        double[] dx = new double[s.InputLength];
        foreach ((int tap, int from, int to) in Pairs(s))
        {
            for (int ci = 0; ci < s.InChannels; ci++)
            {
                for (int co = 0; co < s.OutChannels; co++)
                {
                    dx[(from * s.InChannels) + ci] += (double)dy[(to * s.OutChannels) + co] * w[(((tap * s.InChannels) + ci) * s.OutChannels) + co];
                }
            }
        }

        return dx;
    }

    public static double[] WeightGradient(ConvolutionShape s, ReadOnlySpan<float> x, ReadOnlySpan<float> dy)
    {
        double[] dw = new double[s.WeightLength];
        foreach ((int tap, int from, int to) in Pairs(s))
        {
            for (int ci = 0; ci < s.InChannels; ci++)
            {
                for (int co = 0; co < s.OutChannels; co++)
                {
                    dw[(((tap * s.InChannels) + ci) * s.OutChannels) + co] += (double)x[(from * s.InChannels) + ci] * dy[(to * s.OutChannels) + co];
                }
            }
        }

        return dw;
    }

    /// <summary>The root of the mean square error over that of the expected values, and the largest error likewise.</summary>
    public static (double Rms, double Max) Error(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected)
    {
        double error = 0, size = 0, max = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = actual[i] - expected[i];
            error += difference * difference;
            size += expected[i] * expected[i];
            max = double.IsNaN(difference) ? double.NaN : Math.Max(max, Math.Abs(difference));
        }

        return (Math.Sqrt(error / size), max / Math.Sqrt(size / expected.Length));
    }

    // Every (tap, input pixel, output pixel) that meet.
    private static IEnumerable<(int Tap, int From, int To)> Pairs(ConvolutionShape s)
    {
        for (int n = 0; n < s.N; n++)
        {
            for (int row = 0; row < s.H; row++)
            {
                for (int column = 0; column < s.W; column++)
                {
                    for (int tap = 0; tap < 9; tap++)
                    {
                        int r = row + (s.Dilation * ((tap / 3) - 1));
                        int c = column + (s.Dilation * ((tap % 3) - 1));
                        if (r >= 0 && r < s.H && c >= 0 && c < s.W)
                        {
                            yield return (tap, (((n * s.H) + r) * s.W) + c, (((n * s.H) + row) * s.W) + column);
                        }
                    }
                }
            }
        }
    }
}
