namespace Retort.Reports;

/// <summary>
/// The values of anomaly maps as 256 levels, one scale for all pictures of a detector: what reaches the pixel threshold has level 128 or more, what is
/// twice as high or higher has the last.
/// </summary>
/// <param name="threshold">The pixel threshold.</param>
public sealed class MapLevels(float threshold)
{
    /// <summary>The level of a value at the threshold.</summary>
    public const byte Threshold = 128;

    // From the first level to the threshold. Maps are distances and begin at 0; a threshold that is not positive has no such scale.
    private readonly double _span = threshold > 0 ? threshold : Math.Max(-(double)threshold, 1e-6);

    /// <summary>The level of a value; not-a-number has the first.</summary>
    public byte Of(float value)
    {
        double level = Threshold * ((((double)value - threshold) / _span) + 1);

        // Rounding must not carry a value over the threshold.
        int highest = value < threshold ? Threshold - 1 : byte.MaxValue;
        return level > 0 ? (byte)Math.Min(level, highest) : (byte)0;
    }
}
