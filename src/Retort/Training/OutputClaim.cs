using Retort.Detectors;

namespace Retort.Training;

/// <summary>
/// Keeps two trainings from writing one detector and one checkpoint, two benchmarks one record, or two downloads one file: a file <c>OUT.lock</c> that is held open
/// while the work lasts. The system lets go of it when the process ends, however it ends; a lock file that was left behind holds nobody up.
/// </summary>
internal sealed class OutputClaim : IDisposable
{
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private readonly FileStream _file;

    private OutputClaim(FileStream file) => _file = file;

    /// <summary>Claims an output.</summary>
    /// <param name="outPath">The output.</param>
    /// <param name="work">What the work is called, should another one have the output.</param>
    /// <exception cref="RetortException">Another one has it, or the lock file cannot be made.</exception>
    public static OutputClaim Take(string outPath, string work = "training") =>
        TryTake(outPath) ?? throw new RetortException($"{outPath}: another {work} is writing this file; wait for its end or give another name.");

    /// <summary>Claims an output if it is free.</summary>
    /// <param name="outPath">The output.</param>
    /// <returns>Null if another one has it.</returns>
    /// <exception cref="RetortException">The lock file cannot be made.</exception>
    public static OutputClaim? TryTake(string outPath)
    {
        string path = outPath + ".lock";
        try
        {
            return new OutputClaim(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose));
        }
        catch (IOException failure) when (failure.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Explain(outPath, failure);
        }
    }

    /// <summary>Gives the output up, and deletes the lock file.</summary>
    public void Dispose() => _file.Dispose();
}
