namespace Retort.Metrics;

/// <summary>Regions of a binary mask whose pixels touch by a side or a corner (8-connectivity).</summary>
internal static class ConnectedComponents
{
    /// <summary>Numbers the regions of a mask.</summary>
    /// <param name="mask">The mask, <c>[height, width]</c>.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="labels">
    /// Takes 0 for background and the region's number for every other pixel, <c>[height, width]</c>. Regions are numbered from 1 in the
    /// order of their first pixels, row by row, as scikit-image's <c>measure.label</c> does.
    /// </param>
    /// <returns>How many regions there are.</returns>
    /// <exception cref="ArgumentException">A span does not have <c>width * height</c> elements.</exception>
    public static int Label(ReadOnlySpan<bool> mask, int width, int height, Span<int> labels)
    {
        if (mask.Length != width * height || labels.Length != mask.Length)
        {
            throw new ArgumentException($"A mask of {width} x {height} needs {width * height} elements and as many labels.", nameof(mask));
        }

        // First pass: every pixel takes the label of a neighbour before it, or a new one; parent[] joins labels that meet.
        var parent = new List<int> { 0 };
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, i++)
            {
                if (!mask[i])
                {
                    labels[i] = 0;
                    continue;
                }

                int left = x > 0 ? labels[i - 1] : 0;
                int upLeft = x > 0 && y > 0 ? labels[i - width - 1] : 0;
                int up = y > 0 ? labels[i - width] : 0;
                int upRight = y > 0 && x < width - 1 ? labels[i - width + 1] : 0;

                // The four neighbours touch each other, except that upRight touches left and upLeft only through up.
                int label = up != 0 ? up : left != 0 ? left : upLeft;
                if (up == 0 && upRight != 0)
                {
                    label = label == 0 ? upRight : Join(parent, label, upRight);
                }

                if (label == 0)
                {
                    label = parent.Count;
                    parent.Add(label);
                }

                labels[i] = label;
            }
        }

        // A root is the smallest label of its region, so it comes before all the others: one pass numbers the regions.
        int count = 0;
        var number = new int[parent.Count];
        for (int label = 1; label < parent.Count; label++)
        {
            int root = Root(parent, label);
            number[label] = root == label ? ++count : number[root];
        }

        foreach (ref int label in labels)
        {
            label = number[label];
        }

        return count;
    }

    private static int Join(List<int> parent, int a, int b)
    {
        a = Root(parent, a);
        b = Root(parent, b);
        (int low, int high) = a < b ? (a, b) : (b, a);
        parent[high] = low;
        return low;
    }

    private static int Root(List<int> parent, int label)
    {
        while (parent[label] != label)
        {
            parent[label] = parent[parent[label]];
            label = parent[label];
        }

        return label;
    }
}
