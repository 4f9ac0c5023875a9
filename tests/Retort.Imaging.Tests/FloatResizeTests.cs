using System.Runtime.InteropServices;

namespace Retort.Imaging.Tests;

public class FloatResizeTests
{
    [Fact]
    public void Resize_matches_PyTorch_within_a_millionth()
    {
        ReadOnlySpan<float> golden = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Golden.Path("float-resize.f32")));
        int cases = 0;
        for (; !golden.IsEmpty; cases++)
        {
            (int height, int width, int newHeight, int newWidth) = ((int)golden[0], (int)golden[1], (int)golden[2], (int)golden[3]);
            float[] map = [.. SyntheticPicture.Noise(height * width, (uint)cases).Select(s => s / 255f)];
            float[] resized = FloatResize.Bilinear(map, height, width, newHeight, newWidth);
            for (int i = 0; i < resized.Length; i++)
            {
                Assert.Equal(golden[4 + i], resized[i], 1e-6f);
            }

            golden = golden[(4 + resized.Length)..];
        }

        Assert.Equal(8, cases);
    }

    [Fact]
    public void A_constant_stays_constant()
    {
        float[] map = new float[37 * 53];
        map.AsSpan().Fill(0.3f);
        Assert.All(FloatResize.Bilinear(map, 37, 53, 11, 91), v => Assert.Equal(0.3f, v, 1e-6f));
    }

    [Fact]
    public void Wrong_lengths_and_overlap_are_refused()
    {
        float[] memory = new float[100];
        Assert.Throws<ArgumentException>(() => FloatResize.Bilinear(memory, 9, 9, 3, 3));
        Assert.Throws<ArgumentException>(() => FloatResize.Bilinear(memory, 10, 10, memory.AsSpan(0, 4), 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => FloatResize.Bilinear(memory, 10, 10, 0, 3));
    }
}
