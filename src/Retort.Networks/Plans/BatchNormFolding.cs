namespace Retort.Networks.Plans;

/// <summary>Folds a frozen batch normalisation into the convolution before it: one multiplication less, the same function.</summary>
internal static class BatchNormFolding
{
    /// <summary>Makes the folded convolution from the parameters as they are now.</summary>
    public static Convolution Fold(Convolution convolution, BatchNormParameters norm)
    {
        IReadOnlyList<int> shape = convolution.Filter.FileShape;
        var filter = Parameter.Filter(convolution.Filter.Name, shape[0], shape[1], shape[2], shape[3]);
        var bias = Parameter.Vector(norm.Beta.Name, shape[0]);
        var scale = new double[shape[0]];
        for (int c = 0; c < scale.Length; c++)
        {
            scale[c] = norm.Gamma.Data.Span[c] / Math.Sqrt((double)norm.Variance.Data.Span[c] + BatchNorm.Epsilon);
            double before = convolution.Bias == null ? 0 : convolution.Bias.Data.Span[c];
            bias.Data.Span[c] = (float)(norm.Beta.Data.Span[c] + ((before - norm.Mean.Data.Span[c]) * scale[c]));
        }

        // Output channels are innermost.
        Span<float> from = convolution.Filter.Data.Span;
        Span<float> to = filter.Data.Span;
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = (float)(from[i] * scale[i % scale.Length]);
        }

        return new Convolution(convolution.Inputs[0], filter, bias, convolution.Stride, convolution.Padding, convolution.Dilation);
    }
}
