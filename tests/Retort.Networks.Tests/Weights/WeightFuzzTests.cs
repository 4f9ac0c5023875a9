using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Weights;

public class WeightFuzzTests
{
    private const int Mutations = 3000;

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
        byte[] original = File.ReadAllBytes(TestFiles.Golden(file));
        var random = new Random(file.Length);
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] bytes = Mutate(original, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            refused += IsRefused(file, bytes) ? 1 : 0;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocated);
        }

        // Most damage shows: the rest changed a value or something nobody reads.
        Assert.InRange(refused, Mutations / 4, Mutations);
    }

    private static bool IsRefused(string file, byte[] bytes)
    {
        try
        {
            using var stream = new MemoryStream(bytes);
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

            return false;
        }
        catch (WeightFileException e)
        {
            Assert.StartsWith($"'{file}' cannot be read as ", e.Message, StringComparison.Ordinal);
            return true;
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (int change = random.Next(1, 6); change > 0; change--)
        {
            int at = random.Next(bytes.Count);
            int length = random.Next(1, Math.Min(16, bytes.Count - at + 1));
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                case 4:
                    for (int i = at; i < at + length; i++)
                        bytes[i] = 0xFF;
                    break;
                case 5:
                    // Digits decide shapes and offsets in text headers.
                    bytes[at] = (byte)('0' + random.Next(10));
                    break;
                default:
                    if (random.Next(4) == 0)
                        bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }

            if (bytes.Count == 0)
                bytes.Add(0);
        }

        return [.. bytes];
    }
}
