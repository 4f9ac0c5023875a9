using System.Numerics;

namespace Retort.Demo;

/// <summary>Something on a part that does not belong there, within a rectangle.</summary>
internal abstract class DemoMark(Vector2 least, Vector2 most)
{
    /// <summary>Whether a point may be changed.</summary>
    public bool Covers(float x, float y) => x >= least.X && x <= most.X && y >= least.Y && y <= most.Y;

    /// <summary>The colour of a point with the mark on the scene.</summary>
    public abstract Vector3 Colour(float x, float y, IDemoScene under);

    /// <summary>A point of the part for the middle of a mark, all likely alike.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="margin">How far the part must reach around the point, in pixels.</param>
    /// <param name="random">The draws.</param>
    public static Vector2 Place(IDemoScene scene, float margin, ref CounterRandom random)
    {
        while (true)
        {
            float x = (float)random.NextUniform(margin, DemoCamera.Side - margin), y = (float)random.NextUniform(margin, DemoCamera.Side - margin);
            if (scene.IsPart(x, y) && scene.IsPart(x - margin, y) && scene.IsPart(x + margin, y) && scene.IsPart(x, y - margin) && scene.IsPart(x, y + margin))
            {
                return new Vector2(x, y);
            }
        }
    }
}
