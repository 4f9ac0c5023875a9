using System.Text.Json;
using Retort.Data;
using Retort.Imaging;

namespace Retort.Tests.Data;

public sealed class MaskFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Masks_equal_torchvision(int index)
    {
        JsonElement golden = JsonDocument.Parse(File.ReadAllText(Golden.PathOf("Data", "masks.json"))).RootElement[index];
        int width = golden.GetProperty("width").GetInt32(), height = golden.GetProperty("height").GetInt32(), size = golden.GetProperty("size").GetInt32();
        string path = Write(width, height, (x, y) => ((3 * x) + (5 * y)) % 97 < 31 ? 255 : ((x * 7) + (y * 13)) % 41 == 0 ? 200 : 0);

        bool[] mask = MaskFile.Load(path, width, height, size);

        string actual = string.Concat(mask.Select(m => m ? '#' : '.'));
        Assert.Equal(string.Concat(golden.GetProperty("rows").EnumerateArray().Select(r => r.GetString())), actual);
    }

    [Fact]
    public void A_mask_of_another_size_than_its_picture_is_refused_and_both_sizes_named()
    {
        string path = Write(8, 6, (_, _) => 255);
        string message = Assert.Throws<RetortException>(() => MaskFile.Load(path, 6, 8, 4)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains("8 x 6", message, StringComparison.Ordinal);
        Assert.Contains("6 x 8", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_of_ones_instead_of_255_is_refused()
    {
        string path = Write(8, 8, (x, _) => x < 4 ? 1 : 0);
        Assert.Contains("too dark", Assert.Throws<RetortException>(() => MaskFile.Load(path, 8, 8, 8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_mask_is_allowed() => Assert.DoesNotContain(true, MaskFile.Load(Write(8, 8, (_, _) => 0), 8, 8, 4));

    private string Write(int width, int height, Func<int, int, int> value)
    {
        var mask = new GreyImage(width, height);
        for (int i = 0; i < mask.Pixels.Length; i++)
        {
            mask.Pixels[i] = (byte)value(i % width, i / width);
        }

        string path = Path.Combine(_folder.Path, "mask.png");
        ImageFile.WritePng(path, mask);
        return path;
    }
}
