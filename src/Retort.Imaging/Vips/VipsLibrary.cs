using System.Reflection;
using System.Runtime.InteropServices;

namespace Retort.Imaging.Vips;

/// <summary>
/// Finds libvips: the file beside the program first, then the library of the system. The functions of GLib are taken from the same
/// handle: the packaged builds hold them, and for a system library the loader searches what libvips itself depends on.
/// </summary>
internal static class VipsLibrary
{
    /// <summary>The name the imports use; no file has it.</summary>
    public const string Name = "vips";

    private static readonly Lazy<nint> Handle = new(Load);

    /// <summary>Makes imports of <see cref="Name"/> find the library. Once per process.</summary>
    public static void Register() => NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Name ? Handle.Value : 0;

    private static nint Load()
    {
        foreach (string candidate in Candidates())
        {
            if (NativeLibrary.TryLoad(candidate, out nint handle))
            {
                return handle;
            }
        }

        throw new ImageException(
            $"libvips, which reads and writes pictures, is neither beside the program ({AppContext.BaseDirectory}) nor installed: " +
            "build Retort where npm is installed, or install the Debian package libvips42.");
    }

    private static IEnumerable<string> Candidates()
    {
        string packaged = OperatingSystem.IsWindows() ? "libvips-42.dll" : OperatingSystem.IsMacOS() ? "libvips-cpp.dylib" : "libvips-cpp.so";
        yield return Path.Combine(AppContext.BaseDirectory, packaged);

        // A host that loads Retort as a plug-in has a base folder of its own.
        if (Path.GetDirectoryName(typeof(VipsLibrary).Assembly.Location) is { Length: > 0 } folder)
        {
            yield return Path.Combine(folder, packaged);
        }

        if (OperatingSystem.IsMacOS())
        {
            yield return "libvips.42.dylib";
            yield return "/opt/homebrew/lib/libvips.42.dylib";
        }
        else
        {
            yield return OperatingSystem.IsWindows() ? "libvips-42.dll" : "libvips.so.42";
        }
    }
}
