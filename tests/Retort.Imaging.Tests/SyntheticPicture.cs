using System.Security.Cryptography;

namespace Retort.Imaging.Tests;

/// <summary>Pictures that <c>Goldens/make_goldens.py</c> makes too, sample by sample.</summary>
internal static class SyntheticPicture
{
    public static byte[] Noise(int count, uint seed)
    {
        byte[] samples = new byte[count];
        for (uint i = 0; i < count; i++)
        {
            uint h = (i + seed) * 2654435761;
            h ^= h >> 15;
            h *= 2246822519;
            samples[i] = (byte)(h >> 24);
        }

        return samples;
    }

    public static RgbImage Rgb(int width, int height, uint seed) => new(width, height, Noise(width * height * 3, seed));

    public static GreyImage Grey(int width, int height, uint seed) => new(width, height, Noise(width * height, seed));

    public static string Digest(byte[] pixels) => Convert.ToHexStringLower(SHA256.HashData(pixels));
}
