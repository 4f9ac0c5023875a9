namespace Retort.Tests.Metrics;

/// <summary>Maps and masks from the integer formula of <c>Goldens/make_metrics.py</c>.</summary>
internal sealed record SyntheticMaps(
    int Seed, int Pictures, int Width, int Height, int Levels, int Boost, int Drift, int Rects, int Side)
{
    public (List<float> Scores, List<bool> Labels, List<float[]> Maps, List<bool[]?> Masks) Make()
    {
        var maps = new List<float[]>();
        var masks = new List<bool[]?>();
        var labels = new List<bool>();
        var scores = new List<float>();
        for (int p = 0; p < Pictures; p++)
        {
            bool defective = p % 4 != 0;
            bool[] mask = Mask(p);
            float[] map = Map(p, mask);
            maps.Add(map);
            masks.Add(defective ? mask : null);
            labels.Add(defective);
            scores.Add(map.OrderDescending().ElementAt(4));
        }

        return (scores, labels, maps, masks);
    }

    private static uint Mix(long value)
    {
        uint x = unchecked((uint)value);
        x = unchecked((x ^ (x >> 16)) * 0x45D9F3B);
        x = unchecked((x ^ (x >> 16)) * 0x45D9F3B);
        return x ^ (x >> 16);
    }

    private bool[] Mask(int p)
    {
        var mask = new bool[Width * Height];
        for (int r = 0; p % 4 != 0 && r < Rects; r++)
        {
            uint Draw(int k) => Mix((Seed * 7919L) + (p * 104729L) + (r * 4) + k);
            int x0 = (int)(Draw(0) % Width), y0 = (int)(Draw(1) % Height);
            int rows = 1 + (int)(Draw(2) % Side), columns = 1 + (int)(Draw(3) % Side);
            for (int y = y0; y < Math.Min(Height, y0 + rows); y++)
            {
                mask.AsSpan((y * Width) + x0, Math.Min(columns, Width - x0)).Fill(true);
            }
        }

        return mask;
    }

    private float[] Map(int p, bool[] mask)
    {
        var map = new float[Width * Height];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                int i = (y * Width) + x;
                long noise = Mix((Seed * 65537L) + ((((long)p * Height) + y) * Width) + x) % Levels;
                long value = noise + (Drift * (((x * 5) + (y * 3)) % 11)) + (mask[i] ? Boost : 0);
                map[i] = (value - (Levels / 2)) / 64f;
            }
        }

        return map;
    }
}
