using System.Numerics;

namespace Retort.Demo;

/// <summary>
/// What lies in front of the camera: a colour for each point. The picture spans 0 to <see cref="DemoCamera.Side"/> on both axes, rows from the top; colours
/// are as a screen shows them, mostly in [0, 1]. Uneven light and noise are the camera's.
/// </summary>
internal interface IDemoScene
{
    /// <summary>The colour of a point.</summary>
    Vector3 At(float x, float y);

    /// <summary>Whether a point shows the part, not what it lies on.</summary>
    bool IsPart(float x, float y);
}

/// <summary>A scene with something on it that changes colours.</summary>
/// <param name="under">The scene.</param>
/// <param name="mark">What is on it.</param>
internal sealed class MarkedScene(IDemoScene under, DemoMark mark) : IDemoScene
{
    /// <inheritdoc/>
    public Vector3 At(float x, float y) => mark.Covers(x, y) ? mark.Colour(x, y, under) : under.At(x, y);

    /// <inheritdoc/>
    public bool IsPart(float x, float y) => under.IsPart(x, y);
}
