using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Retort.Benchmarks;

/// <summary>The largest resident memory of this process since a moment, such as the beginning of a run.</summary>
/// <remarks>
/// Linux keeps the largest value (<c>VmHWM</c>) and starts anew when 5 is written to <c>/proc/self/clear_refs</c>. What earlier work left behind counts
/// in, so all that can be is given back first: after a training of DeSTSeg that leaves 1 to 2 % of what the next one needs. A process for each run
/// would not have even that, but could not be watched, stopped and resumed as simply.
/// </remarks>
internal static partial class MemoryPeak
{
    private static bool _used;

    /// <summary>The peak since <see cref="Restart"/>, in units of 2^20 bytes.</summary>
    public static double Megabytes
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64 / (double)(1 << 20);
        }
    }

    /// <summary>Begins a measurement.</summary>
    /// <returns>Whether <see cref="Megabytes"/> will be that of what follows alone; elsewhere than on Linux only the first time.</returns>
    public static bool Restart()
    {
        bool first = !_used;
        _used = true;
        GiveBack();
        try
        {
            using var file = new FileStream("/proc/self/clear_refs", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write("5"u8);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return first;
        }
    }

    private static void GiveBack()
    {
        Collect();
        GC.WaitForPendingFinalizers();
        Collect();
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            // Glibc keeps freed blocks of up to 32 MB for later, hundreds of megabytes in all.
            _ = Trim(0);
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, which has its own ways.
        }
    }

    private static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);
}
