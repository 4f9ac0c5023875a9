using Retort.Corruption;

namespace Retort.Tests.Corruption;

public class CutPasteTests
{
    private const int Size = 64;

    [Fact]
    public void The_piece_is_the_picture_of_another_place_and_its_middle_is_on_the_foreground()
    {
        byte[] image = Coordinates();
        for (int sample = 0; sample < 200; sample++)
        {
            var random = new CounterRandom(1, 0, 0, sample);
            var foreground = new bool[Size * Size];
            foreground.AsSpan((20 * Size) + 30, 4).Fill(true);
            bool[] mask = new bool[Size * Size];
            byte[] surface = new byte[image.Length];
            new CutPaste(11, 5, 0).Draw(ref random, image, Size, foreground, mask, surface);

            int[] inside = [.. Enumerable.Range(0, mask.Length).Where(p => mask[p])];
            Assert.Equal(55, inside.Length);
            (int x, int y) = (inside[27] % Size, inside[27] / Size);
            Assert.True(foreground[(y * Size) + x]);
            Assert.All(inside, p => Assert.True(Math.Abs((p % Size) - x) <= 5 && Math.Abs((p / Size) - y) <= 2));

            (int right, int down) = (surface[3 * inside[0]] - (inside[0] % Size), surface[(3 * inside[0]) + 1] - (inside[0] / Size));
            Assert.All(inside, p => Assert.Equal(((p % Size) + right, (p / Size) + down), (surface[3 * p], surface[(3 * p) + 1])));
        }
    }

    [Fact]
    public void Both_places_are_spread_over_all_there_is()
    {
        byte[] image = Coordinates();
        var foreground = new bool[Size * Size];
        foreground.AsSpan(0, Size * Size / 2).Fill(true);
        (double pastedX, double pastedY, double cutX, double cutY) = (0, 0, 0, 0);
        const int Draws = 2000;
        for (int sample = 0; sample < Draws; sample++)
        {
            var random = new CounterRandom(2, 0, 0, sample);
            bool[] mask = new bool[Size * Size];
            byte[] surface = new byte[image.Length];
            new CutPaste(1, 1, 0).Draw(ref random, image, Size, foreground, mask, surface);
            int pasted = Array.IndexOf(mask, true);
            pastedX += (double)(pasted % Size) / Draws;
            pastedY += (double)(pasted / Size) / Draws;
            cutX += (double)surface[3 * pasted] / Draws;
            cutY += (double)surface[(3 * pasted) + 1] / Draws;
        }

        // Means of uniform draws from 0 to 63 and 0 to 31; four standard errors.
        Assert.Equal(31.5, pastedX, 1.7);
        Assert.Equal(15.5, pastedY, 0.9);
        Assert.Equal(31.5, cutX, 1.7);
        Assert.Equal(31.5, cutY, 1.7);
    }

    [Fact]
    public void A_piece_at_the_edge_is_cut_off_and_a_turned_one_is_the_pixels_within_the_turned_rectangle()
    {
        byte[] image = Coordinates();
        for (int sample = 0; sample < 50; sample++)
        {
            var random = new CounterRandom(3, 0, 0, sample);
            var foreground = new bool[Size * Size];
            foreground[(2 * Size) + 40] = true;
            bool[] mask = new bool[Size * Size];
            new CutPaste(20, 6, 30).Draw(ref random, image, Size, foreground, mask, new byte[image.Length]);
            for (int p = 0; p < mask.Length; p++)
            {
                double dx = (p % Size) - 40, dy = (p / Size) - 2, cosine = Math.Sqrt(3) / 2;
                bool inside = Math.Abs((cosine * dx) + (0.5 * dy)) <= 10 && Math.Abs((cosine * dy) - (0.5 * dx)) <= 3;
                Assert.Equal(inside, mask[p]);
            }
        }
    }

    [Fact]
    public void Patches_and_scars_have_the_sizes_of_the_recipe()
    {
        var recipe = new SimulationRecipe();
        var patches = new List<CutPaste>();
        var scars = new List<CutPaste>();
        for (int sample = 0; sample < 3000; sample++)
        {
            var random = new CounterRandom(5, 0, 0, sample);
            patches.Add(CutPaste.DrawPatch(ref random, 256, recipe));
            scars.Add(CutPaste.DrawScar(ref random, 256, recipe));
        }

        AssertSpread(0.02, 0.15, patches.Select(p => p.Width * p.Height / (256.0 * 256.0)));
        AssertSpread(-Math.Log(1 / 0.3), Math.Log(1 / 0.3), patches.Select(p => Math.Log(p.Width / p.Height)));
        Assert.All(patches, p => Assert.Equal(0, p.Degrees));
        AssertSpread(2, 16, scars.Select(s => s.Height));
        AssertSpread(10, 25, scars.Select(s => s.Width));
        AssertSpread(-45, 45, scars.Select(s => s.Degrees));

        var half = new CounterRandom(5, 0, 0, 0);
        CutPaste.DrawPatch(ref half, 256, recipe);
        CutPaste small = CutPaste.DrawScar(ref half, 128, recipe);
        Assert.Equal((scars[0].Width / 2, scars[0].Height / 2), (small.Width, small.Height));
    }

    private static void AssertSpread(double low, double high, IEnumerable<double> values)
    {
        double[] all = [.. values];
        double span = high - low;
        Assert.InRange(all.Min(), low, low + (0.01 * span));
        Assert.InRange(all.Max(), high - (0.01 * span), high);
        Assert.Equal((low + high) / 2, all.Average(), 0.025 * span);
    }

    // Red is the column, green the row.
    private static byte[] Coordinates() => [.. Enumerable.Range(0, Size * Size).SelectMany(p => new[] { (byte)(p % Size), (byte)(p / Size), (byte)0 })];
}
