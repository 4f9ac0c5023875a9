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
        // Where the loader of .NET looks too: the folder of this assembly, and those of packages.
        if (NativeLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, Packaged), out nint handle)
            || NativeLibrary.TryLoad(Packaged, typeof(VipsLibrary).Assembly, null, out handle)
            || Installed().Any(name => NativeLibrary.TryLoad(name, out handle)))
        {
            return handle;
        }

        throw new ImageException(
            $"libvips, which reads and writes pictures, is neither beside the program ({AppContext.BaseDirectory}) nor installed: " +
            "build Retort where npm is installed, or install the Debian package libvips42.");
    }

    private static string Packaged => OperatingSystem.IsWindows() ? "libvips-42.dll" : OperatingSystem.IsMacOS() ? "libvips-cpp.dylib" : "libvips-cpp.so";

    private static IEnumerable<string> Installed() =>
        OperatingSystem.IsMacOS() ? ["libvips.42.dylib", "/opt/homebrew/lib/libvips.42.dylib"]
        : OperatingSystem.IsWindows() ? ["libvips-42.dll"]
        : ["libvips.so.42"];
}
