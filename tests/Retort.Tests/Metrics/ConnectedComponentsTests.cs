using Retort.Metrics;

namespace Retort.Tests.Metrics;

public class ConnectedComponentsTests
{
    [Fact]
    public void Pixels_that_touch_by_a_corner_are_one_region()
    {
        (int count, int[] labels) = Label(
            "#..#",
            ".#..",
            "...#");
        Assert.Equal(3, count);
        Assert.Equal([1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 3], labels);
    }

    [Fact]
    public void Arms_that_meet_below_are_one_region()
    {
        (int count, int[] labels) = Label(
            "#.#.#",
            "#.#.#",
            "###.#",
            "..###");
        Assert.Equal(1, count);
        Assert.Equal(13, labels.Count(l => l == 1));
    }

    [Fact]
    public void A_row_does_not_continue_in_the_next_one()
    {
        (int count, _) = Label(
            "..#",
            "...",
            "#..");
        Assert.Equal(2, count);
        Assert.Equal(2, Label("...#", "....", "#...", "....").Count);
        Assert.Equal(2, Label("...#", "#...").Count);
    }

    [Fact]
    public void An_empty_mask_has_no_region_and_old_labels_are_cleared()
    {
        int[] labels = [5, 5, 5, 5];
        Assert.Equal(0, ConnectedComponents.Label(new bool[4], 2, 2, labels));
        Assert.All(labels, l => Assert.Equal(0, l));
    }

    [Fact]
    public void Spans_of_another_size_are_refused() =>
        Assert.Throws<ArgumentException>(() => ConnectedComponents.Label(new bool[4], 2, 2, new int[5]));

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.45)]
    [InlineData(0.7)]
    public void Random_masks_agree_with_a_flood_fill(double density)
    {
        for (int sample = 0; sample < 60; sample++)
        {
            var random = new CounterRandom(1, (int)(density * 100), 0, sample);
            int width = 1 + random.NextInt(23), height = 1 + random.NextInt(19);
            var mask = new bool[width * height];
            foreach (ref bool pixel in mask.AsSpan())
            {
                pixel = random.NextDouble() < density;
            }

            var labels = new int[mask.Length];
            int count = ConnectedComponents.Label(mask, width, height, labels);
            (int expectedCount, int[] expected) = FloodFill(mask, width, height);
            Assert.Equal(expectedCount, count);
            Assert.Equal(expected, labels);
        }
    }

    private static (int Count, int[] Labels) FloodFill(bool[] mask, int width, int height)
    {
        var labels = new int[mask.Length];
        int count = 0;
        for (int start = 0; start < mask.Length; start++)
        {
            if (!mask[start] || labels[start] != 0)
            {
                continue;
            }

            count++;
            var open = new Stack<int>([start]);
            while (open.TryPop(out int i))
            {
                labels[i] = count;
                for (int y = Math.Max(0, (i / width) - 1); y <= Math.Min(height - 1, (i / width) + 1); y++)
                {
                    for (int x = Math.Max(0, (i % width) - 1); x <= Math.Min(width - 1, (i % width) + 1); x++)
                    {
                        int j = (y * width) + x;
                        if (mask[j] && labels[j] == 0)
                        {
                            labels[j] = count;
                            open.Push(j);
                        }
                    }
                }
            }
        }

        return (count, labels);
    }

    private static (int Count, int[] Labels) Label(params string[] rows)
    {
        bool[] mask = [.. string.Concat(rows).Select(c => c == '#')];
        var labels = new int[mask.Length];
        return (ConnectedComponents.Label(mask, rows[0].Length, rows.Length, labels), labels);
    }
}
