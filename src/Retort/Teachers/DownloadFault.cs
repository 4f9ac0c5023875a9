namespace Retort.Teachers;

/// <summary>Why a try to fetch a file failed.</summary>
/// <param name="what">The reason, to stand in brackets.</param>
/// <param name="mayPass">Whether another try may do better.</param>
/// <param name="inner">What caused it.</param>
internal sealed class DownloadFault(string what, bool mayPass, Exception? inner = null) : Exception(what, inner)
{
    public bool MayPass => mayPass;
}
