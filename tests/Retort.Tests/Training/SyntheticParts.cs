using Retort.Imaging;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Tests.Training;

/// <summary>A small dataset that the tests draw themselves: grey discs on a dark ground, defective ones with a bright spot.</summary>
internal static class SyntheticParts
{
    public const int Side = 24;

    /// <summary>Writes a dataset in MVTec AD's layout: good parts to learn from, and two good and two defective ones to test.</summary>
    public static string Write(string folder, int train = 12)
    {
        for (int i = 0; i < train; i++)
        {
            Save(Path.Combine(folder, "train", "good", $"{i:000}.png"), Part(i, false));
        }

        for (int i = 0; i < 2; i++)
        {
            Save(Path.Combine(folder, "test", "good", $"{i:000}.png"), Part(100 + i, false));
            Save(Path.Combine(folder, "test", "spot", $"{i:000}.png"), Part(200 + i, true));
            Save(Path.Combine(folder, "ground_truth", "spot", $"{i:000}_mask.png"), Mask());
        }

        return folder;
    }

    public static RgbImage Part(int seed, bool defective)
    {
        var random = new CounterRandom((ulong)seed);
        var picture = new RgbImage(Side, Side);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                bool disc = ((x - 12) * (x - 12)) + ((y - 12) * (y - 12)) < 81;
                for (int c = 0; c < 3; c++)
                {
                    picture.Pixels[(((y * Side) + x) * 3) + c] = (byte)(IsSpot(x, y) && defective ? 250 : (disc ? 120 : 30) + random.NextInt(12));
                }
            }
        }

        return picture;
    }

    public static void Save(string path, RgbImage picture)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageFile.WritePng(path, picture);
    }

    /// <summary>Writes a teacher of the right shapes whose values are all the same.</summary>
    public static string WriteTeacher(string path, float value = 0.5f) => WriteTeacher(path, _ => value);

    /// <summary>Writes a teacher with the weights of an untrained ResNet-18: normal, of variance 2 / inputs.</summary>
    public static string WriteRandomTeacher(string path)
    {
        var random = new CounterRandom(18);
        return WriteTeacher(path, inputs => (float)(random.NextGaussian() * Math.Sqrt(2.0 / inputs)));
    }

    private static string WriteTeacher(string path, Func<int, float> draw)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var tensors = new List<NamedTensor>();
        foreach (ResNetConvolution c in ResNetArchitecture.ResNet18.Convolutions(3))
        {
            float[] weights = new float[c.Outputs * c.Inputs * c.Kernel * c.Kernel];
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = draw(c.Inputs * c.Kernel * c.Kernel);
            }

            tensors.Add(new NamedTensor($"{c.Name}.weight", [c.Outputs, c.Inputs, c.Kernel, c.Kernel], weights));
            tensors.Add(new NamedTensor($"{c.Name}.bias", [c.Outputs], new float[c.Outputs]));
        }

        SafeTensors.Write(path, tensors);
        return path;
    }

    private static RgbImage Mask()
    {
        var mask = new RgbImage(Side, Side);
        for (int i = 0; i < mask.Pixels.Length; i++)
        {
            mask.Pixels[i] = IsSpot(i / 3 % Side, i / 3 / Side) ? (byte)255 : (byte)0;
        }

        return mask;
    }

    private static bool IsSpot(int x, int y) => x is >= 6 and < 12 && y is >= 9 and < 15;
}
