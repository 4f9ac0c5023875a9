using Retort.Benchmarks;
using Retort.Numerics;

namespace Retort.Tests.Benchmarks;

public sealed class MemoryPeakTests
{
    private const double Block = 256;

    [Fact]
    public void What_was_used_before_does_not_count()
    {
        MemoryPeak.Restart();
        double before = MemoryPeak.Megabytes;
        Use();
        double peak = MemoryPeak.Megabytes;
        Assert.True(peak > before + (Block / 2), $"{before} MB before, {peak} MB at the peak");
        if (OperatingSystem.IsLinux())
        {
            // Other tests use memory meanwhile, but not as much.
            Assert.True(MemoryPeak.Restart());
            Assert.True(MemoryPeak.Megabytes < peak - (Block / 2), $"{MemoryPeak.Megabytes} MB after, {peak} MB at the peak");
        }
    }

    private static void Use()
    {
        var buffer = new AlignedBuffer((int)Block << 18);
        buffer.Span.Fill(1);
        buffer.Release();
    }
}
