using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Graphs;

public sealed class ParameterTests
{
    [Fact]
    public void Filter_lies_in_memory_by_tap_and_input_and_output()
    {
        var p = Parameter.Filter("w", 2, 3, 1, 2);
        Assert.Equal([2, 3, 1, 2], p.FileShape);

        // In the file: output, input, tap. Digits of the values: output, input, tap.
        p.Import(new NamedTensor("w", [2, 3, 1, 2], [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121]));
        Assert.Equal([0f, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121], p.Data.Span.ToArray());
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(5, 3, 3, 3)]
    [InlineData(2, 7, 5, 3)]
    public void Export_gives_back_what_import_took(int outChannels, int inChannels, int kernelH, int kernelW)
    {
        var p = Parameter.Filter("w", outChannels, inChannels, kernelH, kernelW);
        var tensor = new NamedTensor("w", [outChannels, inChannels, kernelH, kernelW], [.. Enumerable.Range(0, p.Length).Select(i => (float)i)]);
        p.Import(tensor);
        NamedTensor back = p.Export();
        Assert.Equal("w", back.Name);
        Assert.Equal(tensor.Shape, back.Shape);
        Assert.Equal(tensor.Data, back.Data);
    }

    [Fact]
    public void Vector_lies_in_memory_as_in_the_file()
    {
        var p = Parameter.Vector("b", 4, isStatistic: true);
        Assert.True(p.IsStatistic);
        Assert.Equal([4], p.FileShape);
        p.Import(new NamedTensor("b", [4], [1, 2, 3, 4]));
        Assert.Equal([1f, 2, 3, 4], p.Data.Span.ToArray());
    }

    [Fact]
    public void Matrix_lies_in_memory_as_in_the_file()
    {
        var p = Parameter.Matrix("slots", 2, 3);
        Assert.Equal([2, 3], p.FileShape);
        p.Import(new NamedTensor("slots", [2, 3], [1, 2, 3, 4, 5, 6]));
        Assert.Equal([1f, 2, 3, 4, 5, 6], p.Data.Span.ToArray());
        Assert.Equal([2, 3], p.Export().Shape);
    }

    [Theory]
    [InlineData(new[] { 3, 2, 1, 1 }, 6, "[3, 2, 1, 1]")]
    [InlineData(new[] { 6 }, 6, "[6]")]
    [InlineData(new[] { 2, 3, 1, 1 }, 5, "[2, 3, 1, 1]")]
    public void Tensor_of_another_shape_is_refused_by_name(int[] shape, int length, string said)
    {
        var p = Parameter.Filter("layer1.0.conv1.weight", 2, 3, 1, 1);
        p.Data.Span.Fill(7);
        ArgumentException e = Assert.Throws<ArgumentException>(() => p.Import(new NamedTensor("x", shape, new float[length])));
        Assert.StartsWith($"Tensor layer1.0.conv1.weight should have shape [2, 3, 1, 1] but has {said}", e.Message, StringComparison.Ordinal);
        Assert.All(p.Data.Span.ToArray(), v => Assert.Equal(7, v));
    }
}
