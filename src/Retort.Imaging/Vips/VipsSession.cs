using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Retort.Imaging.Vips;

/// <summary>Starts libvips, once, and keeps its messages apart: they are one text for the whole process.</summary>
internal static unsafe class VipsSession
{
    private static readonly ReaderWriterLockSlim Errors = new();

    // Not a static constructor: what goes wrong here is meant to be read, without a TypeInitializationException around it.
    private static readonly Lazy<bool> Started = new(Start);

    /// <summary>
    /// Runs work that calls libvips. Work that fails is run once more while no other runs, so that the message of the exception is its
    /// own and not that of a picture which failed at the same time on another thread.
    /// </summary>
    /// <exception cref="VipsException">The work failed both times.</exception>
    public static T Run<T>(Func<T> work)
    {
        _ = Started.Value;
        Errors.EnterReadLock();
        try
        {
            return work();
        }
        catch (VipsException)
        {
        }
        finally
        {
            Errors.ExitReadLock();
        }

        Errors.EnterWriteLock();
        try
        {
            TakeErrors();
            return work();
        }
        finally
        {
            Errors.ExitWriteLock();
        }
    }

    /// <summary>
    /// Runs work that calls libvips and cannot be begun again: the next rows of a picture. Where other work fails at the same time, the
    /// message may hold its words too.
    /// </summary>
    /// <exception cref="VipsException">The work failed.</exception>
    public static T RunOnce<T>(Func<T> work)
    {
        _ = Started.Value;
        Errors.EnterReadLock();
        try
        {
            return work();
        }
        finally
        {
            Errors.ExitReadLock();
        }
    }

    /// <summary>What libvips has reported since the last call, on one line.</summary>
    public static string TakeErrors()
    {
        nint text = VipsNative.TakeErrors();
        string message = Marshal.PtrToStringUTF8(text) ?? "";
        VipsNative.Free(text);
        return string.Join("; ", message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct());
    }

    private static bool Start()
    {
        VipsLibrary.Register();
        if (VipsNative.Init("retort") != 0)
        {
            throw new ImageException($"libvips does not start ({TakeErrors()}): delete native/node_modules and build again, or reinstall libvips.");
        }

        // Callers work on several pictures at once; threads inside one picture would only contend with them.
        VipsNative.SetConcurrency(1);

        // No operation is asked for twice, and a cached one would keep pointers into arrays that are no longer pinned.
        VipsNative.SetCacheMax(0);

        const int everyLevel = ~3;
        VipsNative.SetLogHandler("VIPS", everyLevel, &Discard, 0);
        return true;
    }

    // Whatever matters comes back as an error; libraries have no business with a program's standard error.
    [UnmanagedCallersOnly]
    private static void Discard(nint domain, int level, nint message, nint data)
    {
    }
}
