using Retort.Corruption;

namespace Retort.Tests.Corruption;

public class BinaryOpeningTests
{
    [Fact]
    public void Lines_and_specks_go_and_the_rest_keeps_its_extent()
    {
        string opened = Opened(
            "###.....#.",
            "###.##....",
            "########..",
            ".#....###.",
            ".#....####",
            ".#....###.");
        Assert.Equal(
            "###......." +
            "###......." +
            "###......." +
            "......###." +
            "......###." +
            "......###.",
            opened);
    }

    [Theory]
    [InlineData(7, 11, 0.8)]
    [InlineData(16, 9, 0.9)]
    [InlineData(2, 30, 1)]
    [InlineData(1, 1, 1)]
    public void Random_masks_agree_with_the_union_of_all_squares_within_them(int width, int height, double density)
    {
        for (int sample = 0; sample < 40; sample++)
        {
            var random = new CounterRandom(6, 0, 0, sample);
            var mask = new bool[width * height];
            foreach (ref bool pixel in mask.AsSpan())
            {
                pixel = random.NextDouble() < density;
            }

            var expected = new bool[mask.Length];
            for (int top = 0; top <= height - 3; top++)
            {
                for (int left = 0; left <= width - 3; left++)
                {
                    int[] square = [.. Enumerable.Range(0, 9).Select(k => ((top + (k / 3)) * width) + left + (k % 3))];
                    if (square.All(i => mask[i]))
                    {
                        Array.ForEach(square, i => expected[i] = true);
                    }
                }
            }

            BinaryOpening.Apply(mask, width, height);
            Assert.Equal(expected, mask);
        }
    }

    private static string Opened(params string[] rows)
    {
        bool[] mask = [.. string.Concat(rows).Select(c => c == '#')];
        BinaryOpening.Apply(mask, rows[0].Length, rows.Length);
        return string.Concat(mask.Select(m => m ? '#' : '.'));
    }
}
