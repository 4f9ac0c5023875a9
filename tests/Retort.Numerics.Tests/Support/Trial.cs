namespace Retort.Numerics.Tests.Support;

/// <summary>The memory of one run of a kernel: inputs that must not change, outputs that start as NaN.</summary>
internal sealed unsafe class Memory(bool atEnd) : IDisposable
{
    private readonly List<(GuardedBlock Block, float[]? Content)> _blocks = [];

    /// <summary>A block the kernel reads only.</summary>
    public GuardedBlock In(float[] content)
    {
        GuardedBlock block = InOut(content);
        _blocks[^1] = (block, content);
        return block;
    }

    /// <summary>A block the kernel changes.</summary>
    public GuardedBlock InOut(float[] content)
    {
        GuardedBlock block = Out(content.Length);
        content.CopyTo(block.Span);
        return block;
    }

    /// <summary>A block the kernel writes before it reads it, if ever.</summary>
    public GuardedBlock Out(int length)
    {
        GuardedBlock block = new(length, atEnd);
        block.Span.Fill(float.NaN);
        _blocks.Add((block, null));
        return block;
    }

    public void Check()
    {
        foreach ((GuardedBlock block, float[]? content) in _blocks)
        {
            block.Check();
            if (content != null)
            {
                Assert.Equal(content, block.Span.ToArray());
            }
        }
    }

    public void Dispose()
    {
        foreach ((GuardedBlock block, _) in _blocks)
        {
            block.Dispose();
        }
    }
}

/// <summary>Runs a kernel on one, two and three threads and on both ends of guarded memory, and wants the same bits each time.</summary>
internal static class Trial
{
    private static readonly WorkerPool[] Pools = [new(1), new(2), new(3)];

    /// <param name="run">Takes memory, runs the kernel and names the blocks that are its result.</param>
    /// <returns>The content of those blocks.</returns>
    public static float[][] Run(Func<WorkerPool, Memory, GuardedBlock[]> run)
    {
        float[][]? first = null;
        foreach (WorkerPool pool in Pools)
        {
            foreach (bool atEnd in new[] { true, false })
            {
                using Memory memory = new(atEnd);
                GuardedBlock[] results = run(pool, memory);
                memory.Check();
                float[][] contents = [.. results.Select(r => r.Span.ToArray())];
                if (first == null)
                {
                    first = contents;
                    continue;
                }

                for (int i = 0; i < contents.Length; i++)
                {
                    AssertSameBits(first[i], contents[i]);
                }
            }
        }

        return first!;
    }

    /// <summary>As <see cref="Run"/> for a kernel with one result.</summary>
    public static float[] RunOne(Func<WorkerPool, Memory, GuardedBlock> run) => Run((pool, memory) => [run(pool, memory)])[0];

    public static void AssertSameBits(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            int e = BitConverter.SingleToInt32Bits(expected[i]), a = BitConverter.SingleToInt32Bits(actual[i]);
            Assert.True(e == a, $"Element {i}: {expected[i]:R} and {actual[i]:R}.");
        }
    }
}
