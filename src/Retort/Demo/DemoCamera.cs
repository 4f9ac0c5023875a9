using System.Numerics;
using Retort.Corruption;
using Retort.Imaging;
using Retort.Metrics;

namespace Retort.Demo;

/// <summary>Takes pictures of scenes: soft edges, uneven light that differs from picture to picture, sensor noise.</summary>
internal sealed class DemoCamera
{
    /// <summary>The side of the pictures in pixels.</summary>
    public const int Side = 256;

    /// <summary>A pixel sees a little of its neighbours, as through a lens: the side of what it sees.</summary>
    private const float Sight = 1.4f;

    /// <summary>Points a pixel looks at, per axis.</summary>
    private const int Points = 3;

    /// <summary>From here on a pixel counts as changed, in levels of 255.</summary>
    private const float Noticeable = 5;

    /// <summary>Regions of fewer pixels are neither defects nor holes in them.</summary>
    private const int SmallestRegion = 12;

    private readonly Vector3 _exposure;
    private readonly Vector2 _slope;
    private readonly float _unevenness;
    private readonly float _grain;
    private readonly LatticeNoise _light;
    private readonly LatticeNoise _noise;

    /// <summary>Sets light and exposure of one picture.</summary>
    public DemoCamera(ref CounterRandom random)
    {
        float exposure = (float)random.NextUniform(0.93, 1.05);
        _exposure = exposure * new Vector3((float)random.NextUniform(0.98, 1.02), 1, (float)random.NextUniform(0.98, 1.02));
        _slope = new Vector2((float)random.NextUniform(-0.1, 0), (float)random.NextUniform(-0.14, -0.04));
        _unevenness = (float)random.NextUniform(0.04, 0.12);
        _grain = (float)random.NextUniform(1.5, 2.6);
        _light = LatticeNoise.Draw(ref random);
        _noise = LatticeNoise.Draw(ref random);
    }

    /// <summary>Takes a picture.</summary>
    public RgbImage Take(IDemoScene scene)
    {
        Vector3[] exposed = Expose(scene);
        return Develop(exposed, exposed, new bool[exposed.Length]);
    }

    /// <summary>Takes a picture of a damaged part, and says where it differs from the undamaged one with the same noise: there and nowhere else.</summary>
    /// <param name="good">The part as it should be.</param>
    /// <param name="bad">The part as it is.</param>
    /// <returns>The picture, and a mask that is 255 where it differs.</returns>
    public (RgbImage Picture, GreyImage Mask) Take(IDemoScene good, IDemoScene bad)
    {
        Vector3[] before = Expose(good), after = Expose(bad);
        var changed = new bool[before.Length];
        for (int i = 0; i < changed.Length; i++)
        {
            Vector3 difference = Vector3.Abs(after[i] - before[i]);
            changed[i] = Math.Max(difference.X, Math.Max(difference.Y, difference.Z)) >= Noticeable;
        }

        changed = Tidy(changed);
        return (Develop(before, after, changed), new GreyImage(Side, Side, Array.ConvertAll(changed, c => c ? (byte)255 : (byte)0)));
    }

    /// <summary>What the sensor would see without noise, in levels of 255.</summary>
    private Vector3[] Expose(IDemoScene scene)
    {
        var exposed = new Vector3[Side * Side];
        for (int y = 0, i = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++, i++)
            {
                Vector3 sum = Vector3.Zero;
                for (int p = 0; p < Points * Points; p++)
                {
                    float dx = ((p % Points) + 0.5f) / Points, dy = ((p / Points) + 0.5f) / Points;
                    sum += scene.At(x + 0.5f + (Sight * (dx - 0.5f)), y + 0.5f + (Sight * (dy - 0.5f)));
                }

                float u = (x + 0.5f) / Side, v = (y + 0.5f) / Side;
                float light = 1 + Vector2.Dot(_slope, 2 * new Vector2(u - 0.5f, v - 0.5f)) + (_unevenness * (_light.Smooth(2.3f * u, 2.3f * v) - 0.5f) * 2);
                exposed[i] = sum / (Points * Points) * _exposure * (light * 255);
            }
        }

        return exposed;
    }

    private RgbImage Develop(Vector3[] before, Vector3[] after, bool[] changed)
    {
        var picture = new RgbImage(Side, Side);
        for (int i = 0; i < changed.Length; i++)
        {
            Vector3 value = changed[i] ? after[i] : before[i];
            picture.Pixels[3 * i] = Digitise(value.X, i, 0);
            picture.Pixels[(3 * i) + 1] = Digitise(value.Y, i, 1);
            picture.Pixels[(3 * i) + 2] = Digitise(value.Z, i, 2);
        }

        return picture;
    }

    /// <summary>A level with noise whose variance grows with the light, as that of photons does: nearly normal, the sum of three even draws.</summary>
    private byte Digitise(float level, int pixel, int channel)
    {
        int place = (3 * pixel) + channel;
        float draw = (2 * (_noise.At(place, 0) + _noise.At(place, 1) + _noise.At(place, 2))) - 3;
        float noise = _grain * MathF.Sqrt(0.4f + (Math.Max(level, 0) / 255)) * draw;
        return (byte)(Math.Clamp(level + noise, 0, 255) + 0.5f);
    }

    /// <summary>Each pixel as most of its neighbourhood, without specks and without pinholes.</summary>
    private static bool[] Tidy(bool[] mask)
    {
        var smooth = new bool[mask.Length];
        for (int i = 0; i < mask.Length; i++)
        {
            int set = 0;
            for (int p = 0; p < 9; p++)
            {
                int x = Math.Clamp((i % Side) + (p % 3) - 1, 0, Side - 1), y = Math.Clamp((i / Side) + (p / 3) - 1, 0, Side - 1);
                set += mask[(y * Side) + x] ? 1 : 0;
            }

            smooth[i] = set >= 4;
        }

        bool[] filled = Array.ConvertAll(WithoutSmall(Array.ConvertAll(smooth, s => !s)), s => !s);
        return WithoutSmall(filled);
    }

    private static bool[] WithoutSmall(bool[] mask)
    {
        var labels = new int[mask.Length];
        var sizes = new int[ConnectedComponents.Label(mask, Side, Side, labels) + 1];
        foreach (int label in labels)
        {
            sizes[label]++;
        }

        return Array.ConvertAll(labels, l => l > 0 && sizes[l] >= SmallestRegion);
    }
}
