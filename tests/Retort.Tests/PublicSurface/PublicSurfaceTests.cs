using System.Reflection;
using System.Runtime.CompilerServices;

namespace Retort.Tests.PublicSurface;

/// <summary>
/// Nothing becomes public, changes or goes unnoticed: what each assembly shows is written down in a file beside this one. After a change that is
/// meant, run <c>RETORT_UPDATE_SURFACE=1 ./test --fast --filter FullyQualifiedName~PublicSurface</c> and look at what differs before committing it.
/// </summary>
public class PublicSurfaceTests
{
    private const string Update = "RETORT_UPDATE_SURFACE";

    [Theory]
    [InlineData("Retort")]
    [InlineData("Retort.Extensions.DependencyInjection")]
    [InlineData("Retort.Imaging")]
    [InlineData("Retort.Networks")]
    [InlineData("Retort.Numerics")]
    public void The_public_surface_is_the_one_that_was_reviewed(string assembly)
    {
        string path = Path.Combine(Path.GetDirectoryName(ThisFile())!, assembly + ".txt");
        string actual = SurfaceListing.Of(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        string[] expected = File.ReadAllText(path).ReplaceLineEndings("\n").Split('\n');
        string[] now = actual.Split('\n');
        string difference = string.Join('\n', [.. expected.Except(now).Select(l => "- " + l.Trim()), .. now.Except(expected).Select(l => "+ " + l.Trim())]);
        Assert.True(
            expected.SequenceEqual(now),
            $"The public surface of {assembly} is not the one in {path}:\n{difference}\nIf that is meant: {Update}=1 ./test --fast --filter FullyQualifiedName~PublicSurface, and commit the file.");
    }

    [Fact]
    public void A_listing_shows_what_a_caller_depends_on()
    {
        string listing = SurfaceListing.Of(typeof(Retort.Imaging.RgbImage).Assembly);
        Assert.Contains("  sealed class RgbImage\n    RgbImage(int width, int height)\n    RgbImage(int width, int height, byte[] pixels)\n    byte[] Pixels { get; }\n", listing, StringComparison.Ordinal);
        Assert.Contains("    static RgbImage FromPixels(ReadOnlySpan<byte> pixels, int width, int height, PixelFormat format, int stride = 0)\n", listing, StringComparison.Ordinal);
        Assert.Contains("    static bool TryDecode(ReadOnlySpan<byte> bytes, out RgbImage? picture, out string? problem, string name = \"The picture\", ImageLimits? limits = default)\n", listing, StringComparison.Ordinal);
        Assert.Contains("  enum PixelFormat\n    Bgr24 = 1\n", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("Vips", listing, StringComparison.Ordinal);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
