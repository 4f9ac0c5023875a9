using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Retort.Cli;

/// <summary>Writes results for other programs.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Finds out, before long work, whether a file that was asked for has a place.</summary>
    /// <exception cref="RetortException">Its folder does not exist, or it is a folder itself.</exception>
    public static void Check(string? path) => TextFile.Check(path, "--json ");

    /// <summary>Writes a file if one was asked for.</summary>
    /// <param name="path">Where to; null for nowhere.</param>
    /// <param name="content">What.</param>
    /// <param name="option">What stands before its name in an error: the option that named it.</param>
    /// <exception cref="RetortException">It cannot be written.</exception>
    public static void Write(string? path, JsonNode content, string option = "--json ")
    {
        if (path is null)
        {
            return;
        }

        TextFile.Write(path, content.ToJsonString(Indented) + "\n", option);
    }
}
