using System.Runtime.Intrinsics;

namespace Retort.Data;

/// <summary>
/// Turns 8-bit RGB into what a network takes: <c>(value / 255 - mean) / deviation</c> a channel, in exactly the floating-point steps of
/// torchvision's <c>ToTensor</c> and <c>Normalize</c>.
/// </summary>
public sealed class Normalization
{
    // Three channels repeat over vectors of eight: these are the channels at which vector 0, 1 and 2 of a run begin, and so on in threes.
    private readonly Vector256<float>[] _means = new Vector256<float>[3];
    private readonly Vector256<float>[] _deviations = new Vector256<float>[3];
    private readonly float[] _mean;
    private readonly float[] _deviation;

    /// <summary>Makes a normalisation.</summary>
    /// <param name="mean">Mean of red, green and blue, as fractions of 255.</param>
    /// <param name="deviation">Standard deviation of red, green and blue, as fractions of 255.</param>
    /// <exception cref="ArgumentException">There are not three values each, one is not a number, or a deviation is not above 0.</exception>
    public Normalization(ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation)
    {
        _mean = mean.ToArray();
        _deviation = deviation.ToArray();
        if (_mean.Length != 3 || !_mean.All(float.IsFinite))
        {
            throw new ArgumentException("A normalisation needs three means that are numbers.", nameof(mean));
        }

        if (_deviation.Length != 3 || !_deviation.All(d => float.IsFinite(d) && d > 0))
        {
            throw new ArgumentException("A normalisation needs three deviations above 0.", nameof(deviation));
        }

        for (int start = 0; start < 3; start++)
        {
            for (int lane = 0; lane < Vector256<float>.Count; lane++)
            {
                int channel = ((start * Vector256<float>.Count) + lane) % 3;
                _means[start] = _means[start].WithElement(lane, _mean[channel]);
                _deviations[start] = _deviations[start].WithElement(lane, _deviation[channel]);
            }
        }
    }

    /// <summary>The mean and deviation of ImageNet, which torchvision's pretrained networks expect.</summary>
    public static Normalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>Mean of red, green and blue, as fractions of 255.</summary>
    public ReadOnlySpan<float> Mean => _mean;

    /// <summary>Standard deviation of red, green and blue, as fractions of 255.</summary>
    public ReadOnlySpan<float> Deviation => _deviation;

    /// <summary>Normalises whole pixels.</summary>
    /// <param name="rgb">The pixels, <c>[H, W, 3]</c>.</param>
    /// <param name="destination">Takes the normalised pixels, as many values.</param>
    /// <exception cref="ArgumentException">The lengths differ or are not whole pixels.</exception>
    public void Apply(ReadOnlySpan<byte> rgb, Span<float> destination)
    {
        if (rgb.Length % 3 != 0 || destination.Length != rgb.Length)
        {
            throw new ArgumentException($"{rgb.Length} bytes are not whole RGB pixels or do not fit {destination.Length} floats.", nameof(destination));
        }

        int i = 0;
        for (; i <= rgb.Length - 96; i += 96)
        {
            // 32 bytes are four vectors of floats, and twelve vectors are where the channels come round again.
            Apply(rgb.Slice(i, 32), destination.Slice(i, 32), 0);
            Apply(rgb.Slice(i + 32, 32), destination.Slice(i + 32, 32), 1);
            Apply(rgb.Slice(i + 64, 32), destination.Slice(i + 64, 32), 2);
        }

        for (; i < rgb.Length; i++)
        {
            destination[i] = Apply(rgb[i] / 255f, i % 3);
        }
    }

    /// <summary>Normalises one value.</summary>
    /// <param name="value">The value as a fraction of 255.</param>
    /// <param name="channel">0 for red, 1 for green, 2 for blue.</param>
    public float Apply(float value, int channel) => (value - _mean[channel]) / _deviation[channel];

    private void Apply(ReadOnlySpan<byte> rgb, Span<float> destination, int start)
    {
        (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(Vector256.Create(rgb));
        (Vector256<uint> first, Vector256<uint> second) = Vector256.Widen(low);
        (Vector256<uint> third, Vector256<uint> fourth) = Vector256.Widen(high);
        int next = (start + 1) % 3, last = (start + 2) % 3;
        Apply(first, start).CopyTo(destination);
        Apply(second, next).CopyTo(destination[8..]);
        Apply(third, last).CopyTo(destination[16..]);
        Apply(fourth, start).CopyTo(destination[24..]);
    }

    private Vector256<float> Apply(Vector256<uint> bytes, int start)
    {
        Vector256<float> value = Vector256.ConvertToSingle(bytes.AsInt32()) / Vector256.Create(255f);
        return (value - _means[start]) / _deviations[start];
    }
}
