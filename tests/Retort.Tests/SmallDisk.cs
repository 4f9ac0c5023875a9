using System.Diagnostics;

namespace Retort.Tests;

/// <summary>A file system that is soon full, mounted in a folder as long as a test lasts.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(string folder, int kilobytes)
    {
        Path = System.IO.Path.Combine(folder, "disk");
        Directory.CreateDirectory(Path);
        Assert.Equal(0, Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", Path));
    }

    public string Path { get; }

    /// <summary>Whether this system and this user can mount one.</summary>
    public static bool IsPossible { get; } = Try();

    public void Grow(int kilobytes) => Assert.Equal(0, Run("mount", "-o", $"remount,size={kilobytes}k", Path));

    public void Dispose() => Run("umount", Path);

    private static bool Try()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return false;
        }

        using var folder = new TemporaryFolder();
        return Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.Path) == 0 && Run("umount", folder.Path) == 0;
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}

/// <summary>A test that needs a file system it can fill: Linux, and the right to mount one.</summary>
internal sealed class FullDiskFactAttribute : FactAttribute
{
    public FullDiskFactAttribute()
    {
        if (!SmallDisk.IsPossible)
        {
            Skip = "needs Linux and the right to mount a small file system";
        }
    }
}
