using System.Runtime.CompilerServices;

namespace Retort.Numerics.Tests;

public sealed unsafe class AlignedBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100_000)]
    public void A_buffer_is_aligned_zeroed_and_as_long_as_asked_for(int length)
    {
        for (int i = 0; i < 10; i++)
        {
            var buffer = new AlignedBuffer(length);
            Assert.Equal(0u, (nuint)buffer.Pointer % AlignedBuffer.Alignment);
            Assert.Equal(length, buffer.Length);
            Assert.Equal(length, buffer.Span.Length);
            Assert.Equal(-1, buffer.Span.IndexOfAnyExcept(0f));
            buffer.Span.Fill(i);
        }
    }

    [Fact]
    public void Buffers_do_not_overlap_and_do_not_move()
    {
        AlignedBuffer[] buffers = [.. Enumerable.Range(0, 200).Select(i => new AlignedBuffer(1 + (i % 40)))];
        nint[] addresses = [.. buffers.Select(b => (nint)b.Pointer)];
        for (int i = 0; i < buffers.Length; i++)
        {
            buffers[i].Span.Fill(i);
        }

        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        for (int i = 0; i < buffers.Length; i++)
        {
            Assert.Equal(addresses[i], (nint)Unsafe.AsPointer(ref buffers[i].Span[0]));
            Assert.Equal(-1, buffers[i].Span.IndexOfAnyExcept(i));
        }
    }

    [Fact]
    public void A_span_keeps_a_small_buffer_alive()
    {
        Span<float> span = Filled();
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            _ = new AlignedBuffer(span.Length);
        }

        Assert.Equal(-1, span.IndexOfAnyExcept(7f));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Span<float> Filled()
        {
            Span<float> filled = new AlignedBuffer(1000).Span;
            filled.Fill(7);
            return filled;
        }
    }

    [Fact]
    public void A_released_buffer_is_empty_and_may_be_released_again()
    {
        var buffer = new AlignedBuffer(1 << 20);
        buffer.Span.Fill(1);
        buffer.Release();
        buffer.Release();
        Assert.Equal(0, buffer.Length);
        Assert.True(buffer.Span.IsEmpty);
        Assert.True(buffer.Pointer == null);
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(1L << 31)]
    [InlineData(long.MaxValue)]
    public void Impossible_lengths_are_refused(long length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlignedBuffer(length));
}
