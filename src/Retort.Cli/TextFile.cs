using System.Text;
using Retort.Detectors;

namespace Retort.Cli;

/// <summary>Writes results to be read.</summary>
internal static class TextFile
{
    /// <summary>Finds out, before long work, whether a file that was asked for has a place.</summary>
    /// <param name="path">The file; null for none.</param>
    /// <param name="option">What stands before its name in an error: the option that named it.</param>
    /// <exception cref="RetortException">Its folder does not exist, or it is a folder itself.</exception>
    public static void Check(string? path, string option)
    {
        if (path is null)
        {
            return;
        }

        if (Directory.Exists(path))
        {
            throw new RetortException($"{option}{path}: this is a folder; give the name of a file.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            throw new RetortException($"{option}{path}: its folder does not exist; make the folder or choose another place.");
        }
    }

    /// <summary>Writes a file whole or not at all: half a file would look like a result.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="text">What.</param>
    /// <param name="option">What stands before its name in an error: the option that named it.</param>
    /// <exception cref="RetortException">It cannot be written; an older file of that name is as it was.</exception>
    public static void Write(string path, string text, string option = "")
    {
        Check(path, option);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            if (IsReplaceable(path))
            {
                AtomicFile.Write(path, file => file.Write(bytes));
            }
            else
            {
                WriteInto(path, bytes);
            }
        }
        catch (RetortException failure)
        {
            throw new RetortException(option + failure.Message, failure);
        }
    }

    // Not a pipe or a device such as /dev/stdout: those have no length, or are reached by a link.
    private static bool IsReplaceable(string path)
    {
        var there = new FileInfo(path);
        return !there.Exists || (there.LinkTarget is null && there.Length > 0);
    }

    private static void WriteInto(string path, byte[] bytes)
    {
        try
        {
            File.WriteAllBytes(path, bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Explain(path, failure);
        }
    }
}
