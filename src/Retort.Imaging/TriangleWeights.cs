namespace Retort.Imaging;

/// <summary>
/// For each sample of a resized line: which samples of the source it is made of, and with which fixed-point weights. The filter is a
/// triangle, widened by the scale when the line gets shorter. The arithmetic, operation by operation, is that of Pillow's resize.
/// </summary>
internal readonly struct TriangleWeights
{
    /// <summary>Bits behind the point of a weight.</summary>
    public const int FractionBits = 22;

    private readonly int[] _first;
    private readonly int[] _count;
    private readonly int[] _weights;
    private readonly int _stride;

    /// <summary>Computes the weights.</summary>
    /// <param name="source">Samples in the source line.</param>
    /// <param name="target">Samples in the resized line.</param>
    public TriangleWeights(int source, int target)
    {
        double scale = (double)source / target;
        double widening = Math.Max(scale, 1.0);
        double reciprocal = 1.0 / widening;

        // The triangle reaches one sample to either side before it is widened.
        double support = widening;
        _stride = ((int)Math.Ceiling(support) * 2) + 1;
        _first = new int[target];
        _count = new int[target];
        _weights = new int[target * _stride];
        Span<double> line = _stride <= 256 ? stackalloc double[_stride] : new double[_stride];
        for (int i = 0; i < target; i++)
        {
            double center = (i + 0.5) * scale;
            int first = Math.Max((int)(center - support + 0.5), 0);
            int count = Math.Min((int)(center + support + 0.5), source) - first;
            double sum = 0;
            for (int k = 0; k < count; k++)
            {
                line[k] = Math.Max(1.0 - Math.Abs((k + first - center + 0.5) * reciprocal), 0.0);
                sum += line[k];
            }

            for (int k = 0; k < count; k++)
            {
                double weight = sum == 0 ? line[k] : line[k] / sum;
                _weights[(i * _stride) + k] = (int)(0.5 + (weight * (1 << FractionBits)));
            }

            _first[i] = first;
            _count[i] = count;
        }
    }

    /// <summary>Samples in the resized line.</summary>
    public int Length => _first.Length;

    /// <summary>The first source sample that sample <paramref name="index"/> is made of.</summary>
    public int First(int index) => _first[index];

    /// <summary>The weights of that source sample and those that follow it.</summary>
    public ReadOnlySpan<int> Of(int index) => _weights.AsSpan(index * _stride, _count[index]);
}
