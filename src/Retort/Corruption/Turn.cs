using Retort.Imaging;

namespace Retort.Corruption;

/// <summary>How one training picture is turned: a draw of a <see cref="Rotation"/>.</summary>
/// <param name="QuarterTurns">Right angles, counter-clockwise.</param>
/// <param name="Degrees">The angle after them; null where pictures are not turned.</param>
internal readonly record struct Turn(int QuarterTurns, double? Degrees)
{
    private const double SlightDegrees = 5;

    /// <summary>Draws a turn; <see cref="Rotation.None"/> draws nothing.</summary>
    public static Turn Draw(Rotation rotation, ref CounterRandom random) => rotation switch
    {
        Rotation.None => default,
        Rotation.Slight => new Turn(0, random.NextUniform(-SlightDegrees, SlightDegrees)),
        _ => new Turn(random.NextInt(4), random.NextUniform(-SlightDegrees, SlightDegrees)),
    };

    /// <summary>Turns a picture; corners that were outside of it are grey. It is the picture itself where there is nothing to turn.</summary>
    public RgbImage Apply(RgbImage picture)
    {
        if (Degrees is not double degrees)
        {
            return picture;
        }

        return PillowRotate.Bilinear(QuarterTurns == 0 ? picture : PillowRotate.QuarterTurns(picture, QuarterTurns), degrees);
    }

    /// <summary>Turns a mask <c>[size, size]</c> along with its picture; corners that were outside of it are not set.</summary>
    public void Apply(Span<bool> mask, int size)
    {
        if (Degrees is not double degrees)
        {
            return;
        }

        // The red of a picture: turning is cheap beside what else a sample takes.
        var picture = new RgbImage(size, size);
        for (int i = 0; i < mask.Length; i++)
        {
            picture.Pixels[3 * i] = mask[i] ? byte.MaxValue : byte.MinValue;
        }

        RgbImage turned = PillowRotate.Bilinear(PillowRotate.QuarterTurns(picture, QuarterTurns), degrees, 0, 0, 0);
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = turned.Pixels[3 * i] > byte.MaxValue / 2;
        }
    }
}
