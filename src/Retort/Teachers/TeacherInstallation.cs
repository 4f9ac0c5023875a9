using System.Globalization;
using Retort.Detectors;

namespace Retort.Teachers;

/// <summary>Fetches published teachers into the folder of teachers.</summary>
public static class TeacherInstallation
{
    /// <summary>The environment variable that names another place for torchvision's files: the address of a folder.</summary>
    public const string MirrorVariable = "RETORT_TEACHER_MIRROR";

    /// <summary>Fetches a teacher, unless its file is there already and intact. A download that was cut goes on where it ended.</summary>
    /// <param name="teacher">Which.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="from">Where from: the address of the file, or of a folder that holds it (ending in <c>/</c>); null for the mirror, else torchvision's own.</param>
    /// <param name="progress">Is told how far it is; may be null.</param>
    /// <param name="cancellation">Stops it; what has come is kept.</param>
    /// <returns>The file, and whether it had to be fetched.</returns>
    /// <exception cref="RetortException">The address is none, the file cannot be had from there or is another one, or it cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the message says how far it got.</exception>
    public static async Task<(string Path, bool IsNew)> InstallAsync(
        PublishedTeacher teacher, TeacherFolder folder, string? from = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        using HttpClient client = HttpTransfer.CreateClient();
        return await InstallAsync(teacher, folder, from, client, new DownloadPatience(), progress, cancellation).ConfigureAwait(false);
    }

    internal static async Task<(string Path, bool IsNew)> InstallAsync(
        PublishedTeacher teacher,
        TeacherFolder folder,
        string? from,
        HttpClient client,
        DownloadPatience patience,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(folder);
        var request = new DownloadRequest(SourceOf(teacher, from), Path.Combine(folder.Path, teacher.FileName), teacher.Bytes, teacher.Sha256);
        folder.Create();
        try
        {
            return (request.Path, await new FileDownload(client, patience).FetchAsync(request, progress, cancellation).ConfigureAwait(false));
        }
        catch (DownloadFault fault)
        {
            throw new RetortException($"{teacher.Name}: {request.Source} cannot be fetched ({fault.Message}); try again{Kept(request)}, give another source with --from URL, or {teacher.ByHand(folder.Path)}.", fault);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException($"stopped before all of {teacher.FileName} had come; the same command goes on from there.", cancellation);
        }
    }

    /// <summary>The address of a teacher's file.</summary>
    /// <param name="teacher">Which.</param>
    /// <param name="from">What <c>--from</c> says.</param>
    /// <exception cref="RetortException">It is no address.</exception>
    public static Uri SourceOf(PublishedTeacher teacher, string? from)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        if (from is not null)
        {
            Uri address = Parse(from, "--from");
            return address.AbsolutePath.EndsWith('/') ? new Uri(address, teacher.FileName) : address;
        }

        return Environment.GetEnvironmentVariable(MirrorVariable) is { Length: > 0 } mirror
            ? new Uri(Parse(mirror.TrimEnd('/') + "/", MirrorVariable), teacher.FileName)
            : new Uri(PublishedTeacher.Home, teacher.FileName);
    }

    private static Uri Parse(string text, string option) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : throw new RetortException($"{option} {text}: this is no address of the web; give one that begins with https:// or http://, or use retort teacher import for a file.");

    private static string Kept(DownloadRequest request)
    {
        var partial = new FileInfo(PartialFile.NameOf(request.Path));
        return partial.Exists
            ? string.Create(CultureInfo.InvariantCulture, $" ({partial.Length} of {request.Bytes} bytes are kept)")
            : "";
    }
}
