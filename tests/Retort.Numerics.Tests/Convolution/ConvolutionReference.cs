using Retort.Numerics.Kernels.Convolution;

namespace Retort.Numerics.Tests.Convolution;

/// <summary>Convolution by its definition, in double precision: slow and obvious.</summary>
internal static class ConvolutionReference
{
    public static double[] Forward(in ConvolutionShape s, ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        var y = new double[s.OutputLength];
        foreach ((int input, int weight, int output) in Terms(s))
        {
            for (int ci = 0; ci < s.InChannels; ci++)
            {
                for (int co = 0; co < s.OutChannels; co++)
                {
                    y[output + co] += (double)x[input + ci] * w[weight + (ci * s.OutChannels) + co];
                }
            }
        }

        return y;
    }

    public static double[] DataGradient(in ConvolutionShape s, ReadOnlySpan<float> dy, ReadOnlySpan<float> w)
    {
        var dx = new double[s.InputLength];
        foreach ((int input, int weight, int output) in Terms(s))
        {
            for (int ci = 0; ci < s.InChannels; ci++)
            {
                for (int co = 0; co < s.OutChannels; co++)
                {
                    dx[input + ci] += (double)dy[output + co] * w[weight + (ci * s.OutChannels) + co];
                }
            }
        }

        return dx;
    }

    public static double[] WeightGradient(in ConvolutionShape s, ReadOnlySpan<float> x, ReadOnlySpan<float> dy)
    {
        var dw = new double[s.WeightLength];
        foreach ((int input, int weight, int output) in Terms(s))
        {
            for (int ci = 0; ci < s.InChannels; ci++)
            {
                for (int co = 0; co < s.OutChannels; co++)
                {
                    dw[weight + (ci * s.OutChannels) + co] += (double)x[input + ci] * dy[output + co];
                }
            }
        }

        return dw;
    }

    // Every (input pixel, filter tap, output pixel) that meet, as offsets of their first channels.
    private static List<(int Input, int Weight, int Output)> Terms(ConvolutionShape s)
    {
        var terms = new List<(int, int, int)>();
        for (int n = 0; n < s.N; n++)
        {
            for (int oy = 0; oy < s.OutH; oy++)
            {
                for (int ox = 0; ox < s.OutW; ox++)
                {
                    for (int tap = 0; tap < s.Taps; tap++)
                    {
                        int iy = (oy * s.Stride) - s.Padding + (tap / s.KernelW * s.Dilation);
                        int ix = (ox * s.Stride) - s.Padding + (tap % s.KernelW * s.Dilation);
                        if (iy >= 0 && iy < s.H && ix >= 0 && ix < s.W)
                        {
                            terms.Add(((((n * s.H) + iy) * s.W + ix) * s.InChannels, tap * s.InChannels * s.OutChannels, (((n * s.OutH) + oy) * s.OutW + ox) * s.OutChannels));
                        }
                    }
                }
            }
        }

        return terms;
    }
}
