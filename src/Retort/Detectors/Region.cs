namespace Retort.Detectors;

/// <summary>
/// A connected part of an anomaly map that reaches the pixel threshold, measured in pixels of the picture as it was given.
/// </summary>
/// <param name="X">The left edge of its bounding box.</param>
/// <param name="Y">The top edge.</param>
/// <param name="Width">The width of the bounding box, at least 1.</param>
/// <param name="Height">The height of the bounding box, at least 1.</param>
/// <param name="Area">How many pixels of the picture it covers; a fraction where the map is coarser than the picture.</param>
/// <param name="Peak">The largest value of the map in it.</param>
/// <param name="Mean">The mean value of the map in it.</param>
/// <param name="Centroid">The centre of its area.</param>
/// <param name="Contour">Its outer boundary as a polygon of at least three points, clockwise as seen on a screen; holes are not taken out.</param>
public sealed record Region(
    int X, int Y, int Width, int Height, double Area, float Peak, float Mean, PicturePoint Centroid, IReadOnlyList<PicturePoint> Contour)
{
    /// <summary>Whether all of it is the same, the points of the contour included.</summary>
    public bool Equals(Region? other) =>
        other is not null
        && (X, Y, Width, Height, Area, Peak, Mean, Centroid) == (other.X, other.Y, other.Width, other.Height, other.Area, other.Peak, other.Mean, other.Centroid)
        && Contour.SequenceEqual(other.Contour);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(X, Y, Width, Height, Area, Peak);

    /// <summary>Finds the regions of a map, the highest peak first. Pixels that touch at a side or a corner belong together.</summary>
    /// <param name="map">The map.</param>
    /// <param name="threshold">The smallest value that counts.</param>
    /// <param name="pictureWidth">The width of the picture that the map stretches over.</param>
    /// <param name="pictureHeight">Its height.</param>
    public static IReadOnlyList<Region> Find(AnomalyMap map, float threshold, int pictureWidth, int pictureHeight)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentOutOfRangeException.ThrowIfLessThan(pictureWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pictureHeight, 1);
        var regions = new List<Region>();
        bool[]? seen = null;
        Stack<int>? open = null;
        for (int start = 0; start < map.Values.Length; start++)
        {
            if (!(map.Values[start] >= threshold) || seen?[start] == true)
            {
                continue;
            }

            seen ??= new bool[map.Values.Length];
            open ??= new Stack<int>();
            regions.Add(Fill(map, threshold, start, seen, open, pictureWidth, pictureHeight));
        }

        return [.. regions.OrderByDescending(r => r.Peak)];
    }

    private static Region Fill(AnomalyMap map, float threshold, int start, bool[] seen, Stack<int> open, int pictureWidth, int pictureHeight)
    {
        int left = int.MaxValue, right = -1, top = int.MaxValue, bottom = -1, count = 0;
        float peak = float.NegativeInfinity;
        double sum = 0, sumX = 0, sumY = 0;
        seen[start] = true;
        open.Push(start);
        while (open.TryPop(out int at))
        {
            (int y, int x) = Math.DivRem(at, map.Width);
            (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
            peak = Math.Max(peak, map.Values[at]);
            sum += map.Values[at];
            sumX += x + 0.5;
            sumY += y + 0.5;
            count++;
            for (int ny = Math.Max(0, y - 1); ny <= Math.Min(map.Height - 1, y + 1); ny++)
            {
                for (int nx = Math.Max(0, x - 1); nx <= Math.Min(map.Width - 1, x + 1); nx++)
                {
                    int neighbour = (ny * map.Width) + nx;
                    if (!seen[neighbour] && map.Values[neighbour] >= threshold)
                    {
                        seen[neighbour] = true;
                        open.Push(neighbour);
                    }
                }
            }
        }

        // Outwards to whole pixels of the picture, so that the box covers all of the region.
        int x0 = (int)((long)left * pictureWidth / map.Width);
        int y0 = (int)((long)top * pictureHeight / map.Height);
        int x1 = (int)((((long)right + 1) * pictureWidth + map.Width - 1) / map.Width);
        int y1 = (int)((((long)bottom + 1) * pictureHeight + map.Height - 1) / map.Height);
        (double scaleX, double scaleY) = ((double)pictureWidth / map.Width, (double)pictureHeight / map.Height);
        (int firstY, int firstX) = Math.DivRem(start, map.Width);
        return new Region(
            x0,
            y0,
            x1 - x0,
            y1 - y0,
            count * scaleX * scaleY,
            peak,
            (float)(sum / count),
            new PicturePoint(sumX / count * scaleX, sumY / count * scaleY),
            [.. RegionContour.Trace(map, threshold, firstX, firstY).Select(p => new PicturePoint(Math.Clamp(p.X * scaleX, x0, x1), Math.Clamp(p.Y * scaleY, y0, y1)))]);
    }
}
