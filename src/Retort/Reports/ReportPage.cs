using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Retort.Reports;

/// <summary>
/// A report as one HTML file that needs no other and asks no network for anything: styles, scripts, figures and pictures are in it. Its content security
/// policy lets only these very scripts and styles run. Pictures come last, so that a browser shows the figures while it reads them.
/// </summary>
internal static partial class ReportPage
{
    private const string Folder = "Retort.Reports.Page.";

    /// <summary>The scripts, in the order they build on each other; they share one scope.</summary>
    private static readonly string[] Scripts =
        ["page.js", "verdicts.js", "pictures.js", "chart.js", "histogram.js", "curves.js", "tables.js", "gallery.js", "detail.js", "report.js"];

    /// <summary>Writes the page.</summary>
    /// <param name="stream">Takes it, as UTF-8.</param>
    /// <param name="content">What it shows.</param>
    public static void Write(Stream stream, ReportContent content)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true) { NewLine = "\n" };
        string style = Resource("uPlot.min.css") + Resource("report.css");
        string library = $"/*\nuPlot\n\n{Resource("uPlot.LICENSE")}*/\n{Resource("uPlot.iife.min.js")}";
        string script = $"(() => {{\n'use strict';\n{string.Concat(Scripts.Select(Resource))}}})();\n";
        string template = Resource("report.html");
        int done = 0;
        foreach (Match place in Place().Matches(template))
        {
            writer.Write(template.AsSpan(done, place.Index - done));
            done = place.Index + place.Length;
            switch (place.Groups[1].Value)
            {
                case "policy":
                    writer.Write($"default-src 'none'; img-src data:; style-src {Hash(style)}; script-src {Hash(library)} {Hash(script)}; base-uri 'none'; form-action 'none'");
                    break;
                case "title":
                    writer.Write(WebUtility.HtmlEncode(content.Title));
                    break;
                case "style":
                    writer.Write(style);
                    break;
                case "library":
                    writer.Write(library);
                    break;
                case "script":
                    writer.Write(script);
                    break;
                case "data":
                    // The default encoder writes <, > and & as escapes, so that no name can end the element.
                    writer.Write(ReportData.Create(content).ToJsonString());
                    break;
                case "pictures":
                    WritePictures(writer, content.Pictures);
                    break;
                default:
                    throw new InvalidOperationException($"report.html has no such place: {place.Value}.");
            }
        }

        writer.Write(template.AsSpan(done));
    }

    // One element a picture: the files of picture, map and mask in base64, a line each.
    private static void WritePictures(StreamWriter writer, IReadOnlyList<ReportPicture> pictures)
    {
        for (int i = 0; i < pictures.Count; i++)
        {
            writer.Write($"<script type=\"text/plain\" id=\"picture-{i}\">");
            writer.Write(Convert.ToBase64String(pictures[i].Jpeg));
            writer.Write('\n');
            writer.Write(Convert.ToBase64String(pictures[i].Map));
            writer.Write('\n');
            writer.Write(Convert.ToBase64String(pictures[i].Mask ?? []));
            writer.WriteLine("</script>");
        }
    }

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private static string Resource(string name)
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream(Folder + name)
            ?? throw new InvalidOperationException($"{name} is not embedded in {typeof(ReportPage).Assembly.GetName().Name}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Place();
}
