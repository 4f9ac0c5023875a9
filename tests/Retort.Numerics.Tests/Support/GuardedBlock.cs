using System.Runtime.InteropServices;

namespace Retort.Numerics.Tests.Support;

/// <summary>
/// Floats with nothing beside them: on Linux the pages before and after belong to nobody, so a read or write out of bounds ends
/// the process; the rest of the block's own pages holds a pattern that <see cref="Check"/> expects to find again.
/// </summary>
internal sealed unsafe partial class GuardedBlock : IDisposable
{
    private const int Page = 4096;
    private const byte Canary = 0xA7;
    private readonly byte* _mapping;
    private readonly nuint _mapped;
    private readonly byte* _pages;
    private readonly int _pageBytes;
    private readonly float* _start;

    /// <param name="length">Floats.</param>
    /// <param name="atEnd">Whether the last float borders on the guard page behind, or the first on the one in front.</param>
    public GuardedBlock(int length, bool atEnd)
    {
        Length = length;
        int bytes = length * sizeof(float);
        _pageBytes = Math.Max(1, (bytes + Page - 1) / Page) * Page;
        _mapped = (nuint)(_pageBytes + (2 * Page));
        _mapping = OperatingSystem.IsLinux() ? Map(_mapped) : (byte*)NativeMemory.AlignedAlloc(_mapped, Page);
        _pages = _mapping + Page;
        if (OperatingSystem.IsLinux())
        {
            Forbid(_mapping);
            Forbid(_pages + _pageBytes);
        }

        new Span<byte>(_pages, _pageBytes).Fill(Canary);
        _start = (float*)(atEnd ? _pages + _pageBytes - bytes : _pages);
    }

    public int Length { get; }

    public Span<float> Span => new(_start, Length);

    public static implicit operator float*(GuardedBlock? block) => block is null ? null : block._start;

    public static explicit operator int*(GuardedBlock block) => (int*)block._start;

    /// <summary>Fails if anything beside the block has been written.</summary>
    public void Check()
    {
        int before = (int)((byte*)_start - _pages);
        int bytes = Length * sizeof(float);
        ReadOnlySpan<byte> pages = new(_pages, _pageBytes);
        Assert.Equal(-1, pages[..before].IndexOfAnyExcept(Canary));
        Assert.Equal(-1, pages[(before + bytes)..].IndexOfAnyExcept(Canary));
    }

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            Unmap(_mapping, _mapped);
        }
        else
        {
            NativeMemory.AlignedFree(_mapping);
        }
    }

    private static byte* Map(nuint bytes)
    {
        const int readWrite = 3, privateAnonymous = 0x22;
        byte* mapping = mmap(null, bytes, readWrite, privateAnonymous, -1, 0);
        Assert.NotEqual(-1, (nint)mapping);
        return mapping;
    }

    private static void Forbid(byte* page) => Assert.Equal(0, mprotect(page, Page, 0));

    private static void Unmap(byte* mapping, nuint bytes) => Assert.Equal(0, munmap(mapping, bytes));

    [LibraryImport("libc")]
    private static partial byte* mmap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int mprotect(void* address, nuint length, int protection);

    [LibraryImport("libc")]
    private static partial int munmap(void* address, nuint length);
}
