using System.Text;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Weights;

public class NpyFileTests
{
    [Theory]
    [InlineData("map.npy", new[] { 0, 0.25f, 0.5f, 0.75f, 1, 1.25f }, new[] { 2, 3 })]
    [InlineData("vector.npy", new[] { 1.5f, -2, 3e-5f }, new[] { 3 })]
    [InlineData("scalar.npy", new[] { 2.5f }, new int[0])]
    public void Files_equal_those_of_NumPy_to_the_byte_and_are_read(string golden, float[] data, int[] shape)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.npy");

        NpyFile.Write(path, data, shape);

        Assert.Equal(File.ReadAllBytes(TestFiles.Golden(golden)), File.ReadAllBytes(path));
        (float[] read, int[] readShape) = NpyFile.Read(TestFiles.Golden(golden));
        Assert.Equal(data, read);
        Assert.Equal(shape, readShape);
    }

    [Fact]
    public void Doubles_are_read_as_floats()
    {
        (float[] data, int[] shape) = NpyFile.Read(TestFiles.Golden("doubles.npy"));

        Assert.Equal([-1.25f, -0.25f, 0.75f, 1.75f], data);
        Assert.Equal([1, 2, 2], shape);
    }

    [Fact]
    public void Column_order_is_refused()
    {
        var e = Assert.Throws<WeightFileException>(() => NpyFile.Read(TestFiles.Golden("fortran.npy")));

        Assert.EndsWith("fortran.npy' cannot be read as an .npy file: its values are in column order; save numpy.ascontiguousarray of it.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_values_that_do_not_fill_the_shape_is_an_argument_error() =>
        Assert.Throws<ArgumentException>(() => NpyFile.Write("unused.npy", [1, 2, 3], 2, 2));

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "its numbers are of type '>f4'; save it as float32")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "its numbers are of type '|O'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "its extent '99999999999' is not a number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536), }", "more values than Retort can hold")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "its array takes 8 bytes but 4 are there")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': __import__('os')}", "its header is not that of an array")]
    public void Damaged_headers_are_refused(string header, string problem)
    {
        byte[] file = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 0, 0, 0, 0];

        var e = Assert.Throws<WeightFileException>(() => NpyFile.Read(new MemoryStream(file), "bad.npy"));

        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }
}
