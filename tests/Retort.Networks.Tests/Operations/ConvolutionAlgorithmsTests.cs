using Retort.Networks.Plans;
using Retort.Networks.Tests.Plans;
using Retort.Networks.Tests.Support;
using Retort.Numerics.Kernels.Convolution;

namespace Retort.Networks.Tests.Operations;

[Collection(Alone.Name)]
public sealed class ConvolutionAlgorithmsTests
{
    [Theory]
    [InlineData(4, 1, WinogradTile.F2)]
    [InlineData(8, 1, WinogradTile.F2)]
    [InlineData(9, 1, WinogradTile.F3)]
    [InlineData(16, 1, WinogradTile.F4)]
    [InlineData(32, 1, WinogradTile.F4)]
    [InlineData(64, 1, WinogradTile.F4)]
    [InlineData(64, 6, WinogradTile.F4)]
    [InlineData(64, 12, WinogradTile.F3)]
    [InlineData(64, 18, WinogradTile.F4)]
    [InlineData(64, 24, WinogradTile.F3)]
    [InlineData(64, 32, WinogradTile.F2)]
    public void Tile_is_the_one_that_multiplies_least(int size, int dilation, WinogradTile tile) => With(null, () =>
    {
        var shape = new ConvolutionShape(2, size, size, 64, 64, 3, 3, 1, dilation, dilation);
        Assert.Equal(tile, ConvolutionAlgorithms.Tile(shape));
        Assert.IsType<WinogradConvolution>(ConvolutionAlgorithms.Choose(shape));
        Assert.IsType<WinogradConvolution>(ConvolutionAlgorithms.ChooseWeightGradient(shape));
    });

    [Theory]
    [InlineData(3, 64, 7, 2, 3, 1)]
    [InlineData(64, 128, 3, 2, 1, 1)]
    [InlineData(64, 64, 1, 1, 0, 1)]
    [InlineData(3, 64, 3, 1, 1, 1)]
    [InlineData(256, 1, 3, 1, 1, 1)]
    [InlineData(64, 64, 3, 1, 0, 1)]
    [InlineData(64, 64, 3, 1, 1, 2)]
    public void Everything_else_is_direct(int inChannels, int outChannels, int kernel, int stride, int padding, int dilation) => With(null, () =>
    {
        var shape = new ConvolutionShape(2, 32, 32, inChannels, outChannels, kernel, kernel, stride, padding, dilation);
        Assert.Null(ConvolutionAlgorithms.Tile(shape));
        Assert.IsType<DirectConvolution>(ConvolutionAlgorithms.Choose(shape));
        Assert.IsType<WeightGradient>(ConvolutionAlgorithms.ChooseWeightGradient(shape));
    });

    [Theory]
    [InlineData(16, 1, null)]
    [InlineData(31, 1, null)]
    [InlineData(32, 1, WinogradTile.F3)]
    [InlineData(64, 1, WinogradTile.F3)]
    [InlineData(64, 6, WinogradTile.F3)]
    [InlineData(64, 18, WinogradTile.F2)]
    public void Little_memory_means_smaller_tiles_and_only_on_large_maps(int size, int dilation, WinogradTile? tile) => With(null, () =>
    {
        var shape = new ConvolutionShape(2, size, size, 64, 64, 3, 3, 1, dilation, dilation);
        Assert.Equal(tile, ConvolutionAlgorithms.Tile(shape, MemoryPolicy.Low));
    });

    [Fact]
    public void Variable_turns_Winograd_off() => With("direct", () =>
    {
        var shape = new ConvolutionShape(2, 32, 32, 64, 64, 3, 3, 1, 1, 1);
        Assert.IsType<DirectConvolution>(ConvolutionAlgorithms.Choose(shape));
        Assert.IsType<WeightGradient>(ConvolutionAlgorithms.ChooseWeightGradient(shape));
    });

    [Fact]
    public void Winograd_and_direct_networks_agree()
    {
        (double winograd, float[] gradients) = Train(null);
        (double direct, float[] expected) = Train("direct");
        Assert.NotEqual(expected, gradients);
        Assert.Equal(direct, winograd, 1e-4 * Math.Abs(direct));
        Check.Close([.. expected.Select(v => (double)v)], gradients, 1e-4, "gradient");
    }

    private static (double Loss, float[] Gradients) Train(string? algorithm)
    {
        (TestNetwork n, Value loss) = TrainingPlanTests.EveryOperation();
        TrainingPlan? plan = null;
        With(algorithm, () => plan = TrainingPlan.Compile([loss], TestNetwork.Trains, TestNetwork.OneThread));
        n.FillInputs(plan!);
        return (plan!.Step(), plan.Gradients.ToArray());
    }

    private static void With(string? algorithm, Action action)
    {
        string? before = Environment.GetEnvironmentVariable(ConvolutionAlgorithms.Variable);
        Environment.SetEnvironmentVariable(ConvolutionAlgorithms.Variable, algorithm);
        try
        {
            action();
        }
        finally
        {
            Environment.SetEnvironmentVariable(ConvolutionAlgorithms.Variable, before);
        }
    }
}
