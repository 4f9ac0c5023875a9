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
    public static void Check(string? path)
    {
        if (path is null)
        {
            return;
        }

        if (Directory.Exists(path))
        {
            throw new RetortException($"--json {path}: this is a folder; give the name of a file.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            throw new RetortException($"--json {path}: its folder does not exist; make the folder or choose another place.");
        }
    }

    /// <summary>Writes a file if one was asked for.</summary>
    /// <exception cref="RetortException">It cannot be written.</exception>
    public static void Write(string? path, JsonNode content)
    {
        if (path is null)
        {
            return;
        }

        TextFile.Write(path, content.ToJsonString(Indented) + "\n", "--json ");
    }
}
