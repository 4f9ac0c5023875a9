namespace Retort.Corruption;

/// <summary>A texture without its colours: a brightness, mostly in [0, 1], for each point of the plane. The picture spans 0 to 1 on both axes.</summary>
internal delegate float TexturePattern(float u, float v);

/// <summary>Draws the parameters of one pattern of a family.</summary>
internal delegate TexturePattern TextureFamily(ref CounterRandom random);

/// <summary>
/// The families of procedural textures: clouds and veins, stripes and weaves, tiles, cells, spots. They stand in for photographs of textures, so what
/// counts is that they differ from each other in scale, regularity, direction and edges.
/// </summary>
internal static class TexturePatterns
{
    /// <summary>All families.</summary>
    public static IReadOnlyList<TextureFamily> All { get; } =
    [
        Clouds, Veins, Marble, Rings, Waves, Warped, Camouflage, Gradient, Fibres,
        Stripes, Weave, Checker, Bricks, Dots, Mosaic,
        Cells, Cracks, Speckles,
    ];

    private static TexturePattern Clouds(ref CounterRandom random)
    {
        LatticeNoise noise = LatticeNoise.Draw(ref random);
        float frequency = Log(ref random, 2, 24);
        int octaves = 2 + random.NextInt(4);
        return (u, v) => noise.Fractal(u * frequency, v * frequency, octaves);
    }

    private static TexturePattern Veins(ref CounterRandom random)
    {
        TexturePattern clouds = Clouds(ref random);
        float sharpness = Uniform(ref random, 2, 8);
        return (u, v) => 1 - (sharpness * MathF.Abs(clouds(u, v) - 0.5f));
    }

    private static TexturePattern Marble(ref CounterRandom random)
    {
        TexturePattern clouds = Clouds(ref random);
        float bands = Log(ref random, 3, 20), turbulence = Uniform(ref random, 0.5f, 3);
        return (u, v) => Wave((u * bands) + (turbulence * clouds(u, v)));
    }

    private static TexturePattern Rings(ref CounterRandom random)
    {
        TexturePattern clouds = Clouds(ref random);
        float x = Uniform(ref random, -0.5f, 1.5f), y = Uniform(ref random, -0.5f, 1.5f);
        float rings = Log(ref random, 4, 30), stretch = Log(ref random, 1, 4), turbulence = Uniform(ref random, 0, 1.5f);
        return (u, v) =>
        {
            float dx = u - x, dy = (v - y) * stretch;
            return Fraction((rings * MathF.Sqrt((dx * dx) + (dy * dy))) + (turbulence * clouds(u, v)));
        };
    }

    private static TexturePattern Waves(ref CounterRandom random)
    {
        var waves = new (float X, float Y, float Phase)[2 + random.NextInt(4)];
        for (int i = 0; i < waves.Length; i++)
        {
            (float sine, float cosine) = MathF.SinCos(Uniform(ref random, 0, MathF.PI));
            float frequency = Log(ref random, 3, 30);
            waves[i] = (frequency * cosine, frequency * sine, Uniform(ref random, 0, 1));
        }

        return (u, v) =>
        {
            float sum = 0;
            foreach ((float x, float y, float phase) in waves)
            {
                sum += Wave((x * u) + (y * v) + phase) - 0.5f;
            }

            return 0.5f + (sum / MathF.Sqrt(waves.Length));
        };
    }

    private static TexturePattern Warped(ref CounterRandom random)
    {
        LatticeNoise across = LatticeNoise.Draw(ref random), down = LatticeNoise.Draw(ref random), noise = LatticeNoise.Draw(ref random);
        float frequency = Log(ref random, 2, 12), warp = Uniform(ref random, 1, 4);
        return (u, v) =>
        {
            float x = u * frequency, y = v * frequency;
            return noise.Fractal(x + (warp * across.Smooth(x, y)), y + (warp * down.Smooth(x, y)), 3);
        };
    }

    private static TexturePattern Camouflage(ref CounterRandom random)
    {
        TexturePattern clouds = Clouds(ref random);
        LatticeNoise levels = LatticeNoise.Draw(ref random);
        int steps = 3 + random.NextInt(6);
        return (u, v) => levels.At((int)(steps * clouds(u, v)), 0);
    }

    private static TexturePattern Gradient(ref CounterRandom random)
    {
        TexturePattern clouds = Clouds(ref random);
        float share = Uniform(ref random, 0.05f, 0.4f);
        return (u, v) => float.Lerp(u, clouds(u, v), share);
    }

    private static TexturePattern Fibres(ref CounterRandom random)
    {
        LatticeNoise noise = LatticeNoise.Draw(ref random), bend = LatticeNoise.Draw(ref random);
        float fine = Log(ref random, 40, 160), coarse = Log(ref random, 1, 10), sway = Uniform(ref random, 0, 0.15f);
        return (u, v) => noise.Fractal((u + (sway * bend.Smooth(3 * u, 3 * v))) * fine, v * coarse, 2);
    }

    private static TexturePattern Stripes(ref CounterRandom random)
    {
        LatticeNoise levels = LatticeNoise.Draw(ref random), bend = LatticeNoise.Draw(ref random);
        float stripes = Log(ref random, 4, 50), sway = Uniform(ref random, 0, 1.5f), edge = Uniform(ref random, 0.02f, 0.5f);
        int colours = 2 + random.NextInt(8);
        return (u, v) =>
        {
            float x = (u * stripes) + (sway * bend.Smooth(3 * u, 3 * v));
            int stripe = (int)MathF.Floor(x);
            float blend = Math.Min(1, (x - stripe) / edge);
            return float.Lerp(levels.At(Modulo(stripe - 1, colours), 0), levels.At(Modulo(stripe, colours), 0), blend);
        };
    }

    private static TexturePattern Weave(ref CounterRandom random)
    {
        LatticeNoise levels = LatticeNoise.Draw(ref random);
        float threads = Log(ref random, 8, 50), spread = Uniform(ref random, 0, 0.6f);
        int twill = 2 + random.NextInt(3);
        return (u, v) =>
        {
            float x = u * threads, y = v * threads;
            int column = (int)MathF.Floor(x), row = (int)MathF.Floor(y);
            bool over = Modulo(column + row, twill) == 0;
            float across = over ? x - column : y - row;
            float level = over ? levels.At(column, 0) : levels.At(row, 1);
            return (4 * across * (1 - across) * (1 - spread)) + (spread * level);
        };
    }

    private static TexturePattern Checker(ref CounterRandom random)
    {
        LatticeNoise levels = LatticeNoise.Draw(ref random), bend = LatticeNoise.Draw(ref random);
        float across = Log(ref random, 3, 30), down = across * Log(ref random, 0.5f, 2);
        float jitter = Uniform(ref random, 0, 0.5f), sway = Uniform(ref random, 0, 0.5f);
        return (u, v) =>
        {
            float shift = sway * bend.Smooth(4 * u, 4 * v);
            int column = (int)MathF.Floor((u * across) + shift), row = (int)MathF.Floor((v * down) + shift);
            return float.Lerp((column + row) & 1, levels.At(column, row), jitter);
        };
    }

    private static TexturePattern Bricks(ref CounterRandom random)
    {
        LatticeNoise levels = LatticeNoise.Draw(ref random);
        TexturePattern clouds = Clouds(ref random);
        float rows = Log(ref random, 4, 24), across = rows / Uniform(ref random, 1, 3), joint = Uniform(ref random, 0.04f, 0.2f), bond = Uniform(ref random, 0, 1);
        return (u, v) =>
        {
            float y = v * rows;
            int row = (int)MathF.Floor(y);
            float x = (u * across) + (bond * row);
            int column = (int)MathF.Floor(x);
            bool mortar = y - row < joint || x - column < joint * across / rows;
            return mortar ? 0.1f * clouds(u, v) : 0.3f + (0.5f * levels.At(column, row)) + (0.2f * clouds(u, v));
        };
    }

    private static TexturePattern Dots(ref CounterRandom random)
    {
        LatticeNoise levels = LatticeNoise.Draw(ref random);
        float dots = Log(ref random, 4, 40), radius = Uniform(ref random, 0.2f, 0.48f), soft = Uniform(ref random, 0.03f, 0.3f), stagger = random.NextInt(2) * 0.5f;
        return (u, v) =>
        {
            float y = v * dots;
            int row = (int)MathF.Floor(y);
            float x = (u * dots) + (stagger * (row & 1));
            int column = (int)MathF.Floor(x);
            float dx = x - column - 0.5f, dy = y - row - 0.5f;
            float inside = Math.Clamp((radius - MathF.Sqrt((dx * dx) + (dy * dy))) / (soft * radius), 0, 1);
            return inside * (0.5f + (0.5f * levels.At(column, row)));
        };
    }

    private static TexturePattern Mosaic(ref CounterRandom random)
    {
        LatticeNoise levels = LatticeNoise.Draw(ref random), splits = LatticeNoise.Draw(ref random);
        float tiles = Log(ref random, 2, 10), whole = Uniform(ref random, 0.2f, 0.6f);
        return (u, v) =>
        {
            float x = u * tiles, y = v * tiles;
            int column = (int)MathF.Floor(x), row = (int)MathF.Floor(y);
            for (int depth = 0; depth < 3 && splits.At(column, row + (depth << 16)) > whole; depth++)
            {
                (x, y) = (2 * x, 2 * y);
                (column, row) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
            }

            return levels.At(column, row);
        };
    }

    private static TexturePattern Cells(ref CounterRandom random)
    {
        LatticeNoise levels = LatticeNoise.Draw(ref random);
        float cells = Log(ref random, 4, 40), relief = Uniform(ref random, 0, 0.7f);
        return (u, v) =>
        {
            Nearest cell = Nearest.To(levels, u * cells, v * cells);
            return float.Lerp(levels.At(cell.Column, cell.Row), 1 - cell.Distance, relief);
        };
    }

    private static TexturePattern Cracks(ref CounterRandom random)
    {
        LatticeNoise levels = LatticeNoise.Draw(ref random);
        float cells = Log(ref random, 4, 24), width = Uniform(ref random, 0.05f, 0.3f);
        return (u, v) =>
        {
            Nearest cell = Nearest.To(levels, u * cells, v * cells);
            return Math.Min(1, (cell.SecondDistance - cell.Distance) / width) * (0.6f + (0.4f * levels.At(cell.Column, cell.Row)));
        };
    }

    private static TexturePattern Speckles(ref CounterRandom random)
    {
        LatticeNoise levels = LatticeNoise.Draw(ref random);
        TexturePattern clouds = Clouds(ref random);
        float cells = Log(ref random, 8, 64), size = Uniform(ref random, 0.3f, 0.8f), share = Uniform(ref random, 0.2f, 0.9f);
        return (u, v) =>
        {
            Nearest cell = Nearest.To(levels, u * cells, v * cells);
            float level = levels.At(cell.Column, cell.Row);
            return level < share && cell.Distance < size * level / share ? 0.5f + (0.5f * level) : 0.4f * clouds(u, v);
        };
    }

    private static float Uniform(ref CounterRandom random, float low, float high) => (float)random.NextUniform(low, high);

    /// <summary>A number whose logarithm is uniform: scales are as likely to double as to halve.</summary>
    private static float Log(ref CounterRandom random, float low, float high) => low * MathF.Pow(high / low, (float)random.NextDouble());

    private static float Wave(float turns) => 0.5f + (0.5f * MathF.Sin(2 * MathF.PI * turns));

    private static float Fraction(float x) => x - MathF.Floor(x);

    private static int Modulo(int a, int b) => ((a % b) + b) % b;

    /// <summary>The nearest of the points that lie one in each square of a lattice, and how far it and the second nearest are.</summary>
    private readonly record struct Nearest(int Column, int Row, float Distance, float SecondDistance)
    {
        public static Nearest To(LatticeNoise points, float x, float y)
        {
            int column = (int)MathF.Floor(x), row = (int)MathF.Floor(y), bestColumn = column, bestRow = row;
            float best = float.MaxValue, second = float.MaxValue;
            for (int r = row - 1; r <= row + 1; r++)
            {
                for (int c = column - 1; c <= column + 1; c++)
                {
                    (float px, float py) = points.PairAt(c, r);
                    float dx = c + px - x, dy = r + py - y;
                    float distance = (dx * dx) + (dy * dy);
                    second = Math.Min(second, Math.Max(best, distance));
                    if (distance < best)
                    {
                        (best, bestColumn, bestRow) = (distance, c, r);
                    }
                }
            }

            return new Nearest(bestColumn, bestRow, MathF.Sqrt(best), MathF.Sqrt(second));
        }
    }
}
