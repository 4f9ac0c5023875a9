using Retort.Corruption;

namespace Retort.Tests.Corruption;

public class GridShuffleTests
{
    [Fact]
    public void Every_cell_of_the_picture_is_somewhere_in_the_surface_whole_and_once()
    {
        const int Size = 32, Cells = 4, Side = Size / Cells;
        byte[] image = Noise(Size), surface = new byte[image.Length];
        var random = new CounterRandom(1);
        GridShuffle.Draw(ref random, image, Size, Cells, surface);
        string[] before = [.. Enumerable.Range(0, 16).Select(c => Cell(image, Size, c, Cells, Side))], after = [.. Enumerable.Range(0, 16).Select(c => Cell(surface, Size, c, Cells, Side))];
        Assert.Equal(before.Order(), after.Order());
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void All_orders_are_equally_likely()
    {
        const int Size = 4, Draws = 2400;
        byte[] image = Noise(Size), surface = new byte[image.Length];
        var seen = new Dictionary<string, int>();
        for (int sample = 0; sample < Draws; sample++)
        {
            var random = new CounterRandom(2, 0, 0, sample);
            GridShuffle.Draw(ref random, image, Size, 2, surface);
            string key = Convert.ToHexString(surface);
            seen[key] = seen.GetValueOrDefault(key) + 1;
        }

        // Twenty-four orders of a hundred draws each: the standard deviation is 10.
        Assert.Equal(24, seen.Count);
        Assert.All(seen.Values, n => Assert.InRange(n, 60, 140));
    }

    [Fact]
    public void Where_cells_do_not_divide_the_size_all_values_are_of_the_picture_and_all_pixels_are_filled()
    {
        const int Size = 21;
        byte[] image = new byte[Size * Size * 3], surface = new byte[Size * Size * 3];
        image.AsSpan().Fill(9);
        var random = new CounterRandom(3);
        GridShuffle.Draw(ref random, image, Size, 8, surface);
        Assert.Equal(image, surface);
    }

    private static string Cell(byte[] rgb, int size, int cell, int cells, int side)
    {
        int first = ((cell / cells * side) * size) + (cell % cells * side);
        return string.Concat(Enumerable.Range(0, side).Select(y => Convert.ToHexString(rgb, 3 * (first + (y * size)), 3 * side)));
    }

    private static byte[] Noise(int size)
    {
        var rgb = new byte[size * size * 3];
        new Random(size).NextBytes(rgb);
        return rgb;
    }
}
