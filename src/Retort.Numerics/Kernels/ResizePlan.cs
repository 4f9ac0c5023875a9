namespace Retort.Numerics.Kernels;

/// <summary>The positions and weights of a bilinear resize, and of its transpose, made once for a pair of sizes; see <see cref="Resize"/>.</summary>
public sealed class ResizePlan
{
    /// <summary>Works out a resize. No smoothing takes place when the picture becomes smaller.</summary>
    /// <param name="inH">Height of the input.</param>
    /// <param name="inW">Width of the input.</param>
    /// <param name="outH">Height of the output.</param>
    /// <param name="outW">Width of the output.</param>
    /// <param name="alignCorners">PyTorch's align_corners: true puts the centres of the corner pixels upon each other, false the corners of
    /// the picture (positions before the first centre then become the first centre).</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public ResizePlan(int inH, int inW, int outH, int outW, bool alignCorners)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inH);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inW);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outH);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outW);
        (InH, InW, OutH, OutW, AlignCorners) = (inH, inW, outH, outW, alignCorners);
        Rows = new ResizeAxis(inH, outH, alignCorners);
        Columns = new ResizeAxis(inW, outW, alignCorners);
    }

    /// <summary>Height of the input.</summary>
    public int InH { get; }

    /// <summary>Width of the input.</summary>
    public int InW { get; }

    /// <summary>Height of the output.</summary>
    public int OutH { get; }

    /// <summary>Width of the output.</summary>
    public int OutW { get; }

    /// <summary>Whether the centres of the corner pixels lie upon each other.</summary>
    public bool AlignCorners { get; }

    internal ResizeAxis Rows { get; }

    internal ResizeAxis Columns { get; }
}

/// <summary>One axis of a resize: output o = (1 - Weight[o]) * input[Lower[o]] + Weight[o] * input[Upper[o]].</summary>
internal sealed class ResizeAxis
{
    public ResizeAxis(int inputs, int outputs, bool alignCorners)
    {
        int[] lower = new int[outputs];
        int[] upper = new int[outputs];
        float[] weight = new float[outputs];
        for (int o = 0; o < outputs; o++)
        {
            double position = alignCorners
                ? (outputs > 1 ? o * ((inputs - 1.0) / (outputs - 1)) : 0)
                : Math.Max(0, ((o + 0.5) * inputs / outputs) - 0.5);
            lower[o] = Math.Min(inputs - 1, (int)position);
            upper[o] = Math.Min(inputs - 1, lower[o] + 1);
            weight[o] = upper[o] == lower[o] ? 0 : (float)(position - lower[o]);
        }

        Lower = new PinnedArray<int>(lower);
        Upper = new PinnedArray<int>(upper);
        Weight = new PinnedArray<float>(weight);

        // The same table by inputs: which outputs each one goes into, in their order, and with what weight.
        int[] start = new int[inputs + 1];
        List<int> target = [];
        List<float> share = [];
        var takers = new List<(int Output, float Weight)>[inputs];
        for (int o = 0; o < outputs; o++)
        {
            (takers[lower[o]] ??= []).Add((o, 1 - weight[o]));
            if (weight[o] > 0)
            {
                (takers[upper[o]] ??= []).Add((o, weight[o]));
            }
        }

        for (int i = 0; i < inputs; i++)
        {
            foreach ((int output, float w) in takers[i] ?? [])
            {
                target.Add(output);
                share.Add(w);
            }

            start[i + 1] = target.Count;
        }

        Start = new PinnedArray<int>(start);
        Target = new PinnedArray<int>(target.ToArray());
        Share = new PinnedArray<float>(share.ToArray());
    }

    public PinnedArray<int> Lower { get; }

    public PinnedArray<int> Upper { get; }

    public PinnedArray<float> Weight { get; }

    /// <summary>Input i goes into the outputs <c>Target[Start[i] .. Start[i + 1])</c>.</summary>
    public PinnedArray<int> Start { get; }

    public PinnedArray<int> Target { get; }

    public PinnedArray<float> Share { get; }
}
