namespace Retort.Corruption;

/// <summary>Random numbers fixed to the points of an endless lattice, and smooth noise between them. Single precision, made for speed.</summary>
internal readonly struct LatticeNoise(uint seed)
{
    /// <summary>Takes a lattice of its own from the draws.</summary>
    public static LatticeNoise Draw(ref CounterRandom random) => new(random.NextUInt32());

    /// <summary>The number of a lattice point, in [0, 1).</summary>
    public float At(int x, int y) => (Hash(x, y) >> 8) * (1f / (1 << 24));

    /// <summary>Two more numbers of a lattice point, in [0, 1).</summary>
    public (float X, float Y) PairAt(int x, int y)
    {
        uint hash = unchecked(Hash(x, y) * 0x9E3779B1);
        return ((hash >> 16) * (1f / 65536), (hash & 0xFFFF) * (1f / 65536));
    }

    /// <summary>Smooth noise in [0, 1): the numbers of the four lattice points around, blended by smoothstep.</summary>
    public float Smooth(float x, float y)
    {
        int column = (int)MathF.Floor(x), row = (int)MathF.Floor(y);
        float fx = x - column, fy = y - row;
        fx = fx * fx * (3 - (2 * fx));
        fy = fy * fy * (3 - (2 * fy));
        float top = float.Lerp(At(column, row), At(column + 1, row), fx);
        float bottom = float.Lerp(At(column, row + 1), At(column + 1, row + 1), fx);
        return float.Lerp(top, bottom, fy);
    }

    /// <summary>Smooth noise of several octaves, each of twice the frequency and half the strength, stretched to use most of [0, 1].</summary>
    public float Fractal(float x, float y, int octaves)
    {
        float sum = 0, strength = 1, total = 0;
        for (int octave = 0; octave < octaves; octave++)
        {
            sum += strength * (Smooth(x, y) - 0.5f);
            total += strength;
            strength /= 2;

            // The shift keeps the octaves' lattices from sharing points.
            (x, y) = ((2 * x) + 17.3f, (2 * y) + 5.7f);
        }

        return 0.5f + (1.6f * sum / total);
    }

    private uint Hash(int x, int y)
    {
        unchecked
        {
            uint hash = seed ^ ((uint)x * 0x85EBCA6B) ^ ((uint)y * 0xC2B2AE35);
            hash = (hash ^ (hash >> 15)) * 0x2C1B3C6D;
            hash = (hash ^ (hash >> 12)) * 0x297A2D39;
            return hash ^ (hash >> 15);
        }
    }
}
