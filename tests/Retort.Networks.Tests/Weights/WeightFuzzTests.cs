using Retort.Fuzzing;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Weights;

public class WeightFuzzTests
{
    // The files are of a few kilobytes; reading one takes some hundred kilobytes, a free allowance of repeated values sixteen million.
    private const long MaxAllocated = 64 << 20;

    [Theory]
    [InlineData("types.safetensors")]
    [InlineData("zip.pth")]
    [InlineData("deflated.pth")]
    [InlineData("protocol4.pth")]
    [InlineData("legacy.pth")]
    [InlineData("old.pth")]
    [InlineData("map.npy")]
    [InlineData("doubles.npy")]
    public void Damaged_files_are_read_or_refused_and_nothing_else(string file)
    {
        (int refused, int inputs) = Fuzz.Run<WeightFileException>(file, 2000, [File.ReadAllBytes(TestFiles.Golden(file))], bytes => Read(file, bytes), $"'{file}' cannot be read as ");

        // Most damage shows: the rest changed a value or something nobody reads.
        Assert.InRange(refused, inputs / 4, inputs);
    }

    private static void Read(string file, byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var stream = new MemoryStream(bytes);
        try
        {
            switch (Path.GetExtension(file))
            {
                case ".safetensors":
                    SafeTensors.Read(stream, file);
                    break;
                case ".npy":
                    NpyFile.Read(stream, file);
                    break;
                default:
                    TorchCheckpoint.Read(stream, file);
                    break;
            }
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocated);
        }
    }
}
