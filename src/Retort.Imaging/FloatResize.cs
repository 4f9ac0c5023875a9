using System.Numerics;

namespace Retort.Imaging;

/// <summary>
/// Bilinear resize of float maps with antialiasing, as torchvision's <c>Resize(..., BILINEAR, antialias=True)</c> and
/// <c>F.interpolate(mode="bilinear", antialias=True, align_corners=False)</c>: the triangle filter of <see cref="PillowResize"/> without
/// the rounding. The weights are single precision, as PyTorch's are, so results agree to about 1e-6 of the range of the map.
/// </summary>
public static class FloatResize
{
    /// <summary>Resizes a map.</summary>
    /// <param name="map"><c>[height, width]</c>.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Samples in a row.</param>
    /// <param name="newHeight">Rows of the result.</param>
    /// <param name="newWidth">Samples in a row of the result.</param>
    /// <returns><c>[newHeight, newWidth]</c>, a new array also when the size stays.</returns>
    /// <exception cref="ArgumentException">The map has not <c>height * width</c> samples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public static float[] Bilinear(ReadOnlySpan<float> map, int height, int width, int newHeight, int newWidth)
    {
        float[] resized = new float[checked(Math.Max(newHeight, 0) * Math.Max(newWidth, 0))];
        Bilinear(map, height, width, resized, newHeight, newWidth);
        return resized;
    }

    /// <summary>Resizes a map into memory of the caller's.</summary>
    /// <param name="map"><c>[height, width]</c>.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Samples in a row.</param>
    /// <param name="resized">Receives <c>[newHeight, newWidth]</c>; it must not overlap <paramref name="map"/>.</param>
    /// <param name="newHeight">Rows of the result.</param>
    /// <param name="newWidth">Samples in a row of the result.</param>
    /// <exception cref="ArgumentException">A span has another length than its sides say, or the two overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public static void Bilinear(ReadOnlySpan<float> map, int height, int width, Span<float> resized, int newHeight, int newWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(newHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(newWidth, 1);
        if (map.Length != (long)height * width)
        {
            throw new ArgumentException($"A map of {height} x {width} has {(long)height * width} samples, not {map.Length}.", nameof(map));
        }

        if (resized.Length != (long)newHeight * newWidth)
        {
            throw new ArgumentException($"A map of {newHeight} x {newWidth} has {(long)newHeight * newWidth} samples, not {resized.Length}.", nameof(resized));
        }

        if (map.Overlaps(resized))
        {
            throw new ArgumentException("The result must not overlap the map.", nameof(resized));
        }

        float[] rows = new float[checked(height * newWidth)];
        ResizeRows(map, height, width, rows, newWidth);
        ResizeColumns(rows, height, resized, newHeight, newWidth);
    }

    private static void ResizeRows(ReadOnlySpan<float> map, int height, int width, Span<float> rows, int newWidth)
    {
        if (width == newWidth)
        {
            map.CopyTo(rows);
            return;
        }

        var taps = new Taps(width, newWidth);
        for (int x = 0; x < newWidth; x++)
        {
            int first = taps.Move(x);
            ReadOnlySpan<float> weights = taps.Weights;
            for (int y = 0; y < height; y++)
            {
                ReadOnlySpan<float> samples = map.Slice((y * width) + first, weights.Length);
                float sum = 0;
                for (int k = 0; k < weights.Length; k++)
                {
                    sum += samples[k] * weights[k];
                }

                rows[(y * newWidth) + x] = sum;
            }
        }
    }

    private static void ResizeColumns(ReadOnlySpan<float> rows, int height, Span<float> resized, int newHeight, int width)
    {
        if (height == newHeight)
        {
            rows.CopyTo(resized);
            return;
        }

        var taps = new Taps(height, newHeight);
        for (int y = 0; y < newHeight; y++)
        {
            int first = taps.Move(y);
            ReadOnlySpan<float> weights = taps.Weights;
            Span<float> target = resized.Slice(y * width, width);
            target.Clear();
            for (int k = 0; k < weights.Length; k++)
            {
                AddScaled(rows.Slice((first + k) * width, width), weights[k], target);
            }
        }
    }

    private static void AddScaled(ReadOnlySpan<float> row, float weight, Span<float> target)
    {
        int x = 0;
        for (; x <= row.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            (new Vector<float>(target[x..]) + (new Vector<float>(row[x..]) * weight)).CopyTo(target[x..]);
        }

        for (; x < row.Length; x++)
        {
            target[x] += row[x] * weight;
        }
    }

    /// <summary>The weights of one resized sample at a time.</summary>
    private ref struct Taps
    {
        private readonly int _source;
        private readonly float _scale;
        private readonly float _support;
        private readonly float _reciprocal;
        private readonly float[] _weights;
        private int _count;

        public Taps(int source, int target)
        {
            _source = source;
            _scale = (float)source / target;
            _support = Math.Max(_scale, 1f);
            _reciprocal = _scale >= 1f ? 1f / _scale : 1f;
            _weights = new float[((int)Math.Ceiling(_support) * 2) + 1];
        }

        public readonly ReadOnlySpan<float> Weights => _weights.AsSpan(0, _count);

        /// <summary>Computes the weights of sample <paramref name="index"/> and returns the first source sample they are for.</summary>
        public int Move(int index)
        {
            // Single and double precision take turns as they do in PyTorch's kernel.
            float center = (float)(_scale * (index + 0.5));
            int first = Math.Max((int)(center - _support + 0.5), 0);
            _count = Math.Min((int)(center + _support + 0.5), _source) - first;
            float sum = 0;
            for (int k = 0; k < _count; k++)
            {
                float distance = Math.Abs((float)(((float)(k + first) - center + 0.5) * _reciprocal));
                _weights[k] = Math.Max(1f - distance, 0f);
                sum += _weights[k];
            }

            for (int k = 0; k < _count; k++)
            {
                _weights[k] /= sum;
            }

            return first;
        }
    }
}
