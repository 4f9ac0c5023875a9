namespace Retort.Detectors;

/// <summary>
/// The outer boundary of a region of a map. The walk goes along the edges between pixels inside and outside; each edge gives the point between the two
/// pixels' middles where the value, linear in between, is the threshold (as marching squares has it, with the joints that pixels touching at a corner need).
/// </summary>
internal static class RegionContour
{
    /// <summary>Points nearer than this to the line through their neighbours are left out, in pixels of the map.</summary>
    private const double Tolerance = 0.3;

    /// <summary>How far a point may be from the edge between its two pixels: so little that the smallest region keeps an area.</summary>
    private const double FarthestFromEdge = 0.4;

    // Along an edge, clockwise on the screen: right, down, left, up. The pixel inside lies to the right hand of the walk.
    private static readonly (int X, int Y)[] Steps = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    // From the corner at which an edge begins to the pixel inside and the pixel outside.
    private static readonly (int X, int Y)[] Inside = [(0, 0), (-1, 0), (-1, -1), (0, -1)];
    private static readonly (int X, int Y)[] Outside = [(0, -1), (0, 0), (-1, 0), (-1, -1)];

    /// <summary>Traces the contour of a region, clockwise as seen on a screen.</summary>
    /// <param name="map">The map.</param>
    /// <param name="threshold">Pixels of at least this value are inside.</param>
    /// <param name="startX">The column of the region's first pixel in reading order.</param>
    /// <param name="startY">Its row.</param>
    /// <returns>At least three points in pixels of the map, the middle of the first pixel at (0.5, 0.5).</returns>
    public static List<PicturePoint> Trace(AnomalyMap map, float threshold, int startX, int startY)
    {
        var points = new List<PicturePoint>();
        (int x, int y, int direction) = (startX, startY, 0);
        do
        {
            points.Add(Crossing(x, y, direction));
            (x, y) = (x + Steps[direction].X, y + Steps[direction].Y);

            // Left if it can be, so that a pixel which touches at the corner is walked around too; then straight on; else right.
            direction = Enumerable.Range(3, 3).Select(turn => (direction + turn) % 4).First(d => IsEdge(x, y, d));
        }
        while ((x, y, direction) != (startX, startY, 0));

        return Simplify(points);

        bool IsInside(int px, int py) => px >= 0 && py >= 0 && px < map.Width && py < map.Height && map[px, py] >= threshold;

        bool IsEdge(int cx, int cy, int d) => IsInside(cx + Inside[d].X, cy + Inside[d].Y) && !IsInside(cx + Outside[d].X, cy + Outside[d].Y);

        PicturePoint Crossing(int cx, int cy, int d)
        {
            (int inX, int inY, int outX, int outY) = (cx + Inside[d].X, cy + Inside[d].Y, cx + Outside[d].X, cy + Outside[d].Y);

            // At the border of the map, and beside values that are no numbers, the edge of the pixel itself.
            float above = map[inX, inY] - threshold;
            float drop = outX >= 0 && outY >= 0 && outX < map.Width && outY < map.Height ? map[inX, inY] - map[outX, outY] : float.NaN;
            double share = float.IsFinite(drop) && drop > 0 ? Math.Clamp(above / drop, 0.5 - FarthestFromEdge, 0.5 + FarthestFromEdge) : 0.5;
            return new PicturePoint(inX + 0.5 + (share * (outX - inX)), inY + 0.5 + (share * (outY - inY)));
        }
    }

    /// <summary>Leaves out what lies close to the line between its neighbours (Douglas and Peucker 1973), beginning with two points far apart.</summary>
    private static List<PicturePoint> Simplify(List<PicturePoint> points)
    {
        int far = 0;
        for (int i = 1; i < points.Count; i++)
        {
            far = SquaredDistance(points[0], points[i]) > SquaredDistance(points[0], points[far]) ? i : far;
        }

        var keep = new bool[points.Count];
        (keep[0], keep[far]) = (true, true);
        var open = new Stack<(int From, int To)>([(0, far), (far, points.Count)]);
        while (open.TryPop(out (int From, int To) span))
        {
            (int worst, double distance) = Farthest(points, span.From, span.To);
            if (distance > Tolerance)
            {
                keep[worst] = true;
                open.Push((span.From, worst));
                open.Push((worst, span.To));
            }
        }

        List<PicturePoint> kept = [.. points.Where((_, i) => keep[i])];
        return kept.Count >= 3 ? kept : points;
    }

    private static (int Index, double Distance) Farthest(List<PicturePoint> points, int from, int to)
    {
        PicturePoint a = points[from], b = points[to % points.Count];
        (double dx, double dy, double squaredLength) = (b.X - a.X, b.Y - a.Y, SquaredDistance(a, b));
        (int index, double farthest) = (from, 0);
        for (int i = from + 1; i < to; i++)
        {
            PicturePoint p = points[i];
            double along = squaredLength == 0 ? 0 : Math.Clamp((((p.X - a.X) * dx) + ((p.Y - a.Y) * dy)) / squaredLength, 0, 1);
            double distance = SquaredDistance(p, new PicturePoint(a.X + (along * dx), a.Y + (along * dy)));
            (index, farthest) = distance > farthest ? (i, distance) : (index, farthest);
        }

        return (index, Math.Sqrt(farthest));
    }

    private static double SquaredDistance(PicturePoint a, PicturePoint b) => ((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y));
}
