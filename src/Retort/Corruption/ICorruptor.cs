using Retort.Imaging;

namespace Retort.Corruption;

/// <summary>Makes training samples of good pictures. Safe for use by several threads.</summary>
internal interface ICorruptor
{
    /// <summary>The side of pictures in pixels.</summary>
    int Size { get; }

    /// <summary>Makes one sample.</summary>
    /// <param name="picture">A good picture at working size; it is not changed.</param>
    /// <param name="random">Where all draws come from: the same state, the same sample.</param>
    /// <param name="clean">Takes the turned picture, normalised, <c>[Size, Size, 3]</c>.</param>
    /// <param name="corrupted">Takes the picture with its anomalies, normalised, <c>[Size, Size, 3]</c>.</param>
    /// <param name="mask">Takes 1 where the picture is anomalous, else 0, <c>[Size, Size]</c>.</param>
    /// <exception cref="ArgumentException">The picture does not have the working size, or a span not the size of the picture.</exception>
    void Corrupt(RgbImage picture, ref CounterRandom random, Span<float> clean, Span<float> corrupted, Span<float> mask);

    /// <summary>Checks what <see cref="Corrupt"/> was given.</summary>
    internal static void Require(int size, RgbImage picture, Span<float> clean, Span<float> corrupted, Span<float> mask)
    {
        int pixels = size * size;
        if (picture.Width != size || picture.Height != size)
        {
            throw new ArgumentException($"The picture is {picture.Width} x {picture.Height}, not {size} x {size}.", nameof(picture));
        }

        if (clean.Length != pixels * 3 || corrupted.Length != pixels * 3 || mask.Length != pixels)
        {
            throw new ArgumentException($"A sample of side {size} needs {pixels * 3}, {pixels * 3} and {pixels} elements, not {clean.Length}, {corrupted.Length} and {mask.Length}.", nameof(clean));
        }
    }
}
