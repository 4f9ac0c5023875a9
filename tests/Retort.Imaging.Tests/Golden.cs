using System.Text;

namespace Retort.Imaging.Tests;

/// <summary>The golden files, beside the test assembly.</summary>
internal static class Golden
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Goldens", name);

    public static string Picture(string name) => Path("pictures/" + name);

    /// <summary>The names of all pictures, without the files that say what is in them.</summary>
    public static string[] Pictures() =>
        [.. Directory.GetFiles(Path("pictures")).Select(f => System.IO.Path.GetFileName(f)!).Where(f => !f.EndsWith(".ppm", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The pixels that Pillow (or the generator itself) says a picture has.</summary>
    public static RgbImage Expected(string name)
    {
        byte[] file = File.ReadAllBytes(Picture(name + ".ppm"));
        string[] sides = Encoding.ASCII.GetString(file.AsSpan(3, Math.Min(16, file.Length - 3))).Split('\n')[0].Split(' ');
        (int width, int height) = (int.Parse(sides[0]), int.Parse(sides[1]));
        return new RgbImage(width, height, file[^(width * height * 3)..]);
    }
}
