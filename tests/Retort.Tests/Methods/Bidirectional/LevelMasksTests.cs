using Retort.Methods.Bidirectional;

namespace Retort.Tests.Methods.Bidirectional;

public class LevelMasksTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Squares_are_anomalous_from_a_half_on_and_normal_only_if_nothing_in_them_is(int stride)
    {
        const int Size = 32, Count = 3;
        var mask = new float[Count * Size * Size];
        int side = Size / stride;
        var expected = new int[Count * side * side];
        for (int square = 0; square < expected.Length; square++)
        {
            // None, one, one less than half, half, all of its pixels.
            int pixels = (square % 5) switch { 0 => 0, 1 => 1, 2 => (stride * stride / 2) - 1, 3 => stride * stride / 2, _ => stride * stride };
            (int n, int top, int left) = (square / side / side, square / side % side * stride, square % side * stride);
            for (int p = 0; p < pixels; p++)
            {
                mask[(((n * Size) + top + (p / stride)) * Size) + left + (p % stride)] = 1;
            }

            expected[square] = square % 5;
        }

        float[] normal = new float[expected.Length], anomalous = new float[expected.Length];
        Array.Fill(normal, 7);
        Array.Fill(anomalous, 7);
        LevelMasks.MarkNormal(mask, Count, Size, stride, normal);
        LevelMasks.MarkAnomalous(mask, Count, Size, stride, anomalous);
        Assert.Equal(expected.Select(e => e == 0 ? 1f : 0), normal);
        Assert.Equal(expected.Select(e => e >= 3 ? 1f : 0), anomalous);
    }
}
