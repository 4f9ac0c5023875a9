using Retort.Data;

namespace Retort.Tests.Data;

public class NormalizationTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(97)]
    [InlineData(1024)]
    public void Every_value_takes_the_floating_point_steps_of_torchvision(int pixels)
    {
        float[] mean = [0.485f, 0.456f, 0.406f], deviation = [0.229f, 0.224f, 0.225f];
        byte[] rgb = [.. Enumerable.Range(0, pixels * 3).Select(i => (byte)((i * 37) + (i / 256)))];
        var actual = new float[rgb.Length];
        Normalization.ImageNet.Apply(rgb, actual);
        for (int i = 0; i < rgb.Length; i++)
        {
            float unit = rgb[i] / 255f;
            float shifted = unit - mean[i % 3];
            Assert.Equal(shifted / deviation[i % 3], actual[i]);
            Assert.Equal(actual[i], Normalization.ImageNet.Apply(unit, i % 3));
        }
    }

    [Fact]
    public void Black_and_white_have_the_known_values_of_ImageNet()
    {
        var actual = new float[6];
        Normalization.ImageNet.Apply([0, 0, 0, 255, 255, 255], actual);
        float[] expected = [-2.117904f, -2.0357144f, -1.8044444f, 2.2489083f, 2.4285715f, 2.64f];
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void What_is_not_whole_pixels_or_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Normalization.ImageNet.Apply(new byte[4], new float[4]));
        Assert.Throws<ArgumentException>(() => Normalization.ImageNet.Apply(new byte[6], new float[3]));
        Assert.Throws<ArgumentException>(() => new Normalization([0, 0], [1, 1, 1]));
        Assert.Throws<ArgumentException>(() => new Normalization([0, 0, 0], [1, 0, 1]));
        Assert.Throws<ArgumentException>(() => new Normalization([0, 0, float.NaN], [1, 1, 1]));
    }
}
