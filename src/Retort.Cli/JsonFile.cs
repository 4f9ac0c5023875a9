using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Retort.Cli;

/// <summary>Writes results for other programs.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file if one was asked for.</summary>
    /// <exception cref="RetortException">It cannot be written.</exception>
    public static void Write(string? path, JsonNode content)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            File.WriteAllText(path, content.ToJsonString(Indented) + "\n");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RetortException($"--json {path}: the file cannot be written ({failure.Message.TrimEnd('.')}); choose another place.", failure);
        }
    }
}
