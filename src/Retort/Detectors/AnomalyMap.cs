namespace Retort.Detectors;

/// <summary>Where a picture departs from the good ones: a number a pixel, larger is more anomalous.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Values"><c>[Height, Width]</c>, rows from the top; the scale is the method's own.</param>
public sealed record AnomalyMap(int Width, int Height, float[] Values)
{
    /// <summary>The value at column <paramref name="x"/>, row <paramref name="y"/>.</summary>
    public float this[int x, int y] => Values[(y * Width) + x];

    /// <summary>The largest value.</summary>
    public float Peak() => Values.Max();
}
