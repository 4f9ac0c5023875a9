using Retort.Imaging;

namespace Retort.Corruption;

/// <summary>Turns training pictures as a <see cref="Rotation"/> allows.</summary>
internal static class RotationDraw
{
    private const double SlightDegrees = 5;

    /// <summary>The picture turned by a random angle, grey where nothing is left of it; itself where it may not be turned.</summary>
    public static RgbImage Turn(this Rotation rotation, RgbImage picture, ref CounterRandom random)
    {
        if (rotation == Rotation.None)
        {
            return picture;
        }

        if (rotation == Rotation.Full && random.NextInt(4) is > 0 and int turns)
        {
            picture = PillowRotate.QuarterTurns(picture, turns);
        }

        return PillowRotate.Bilinear(picture, random.NextUniform(-SlightDegrees, SlightDegrees));
    }
}
