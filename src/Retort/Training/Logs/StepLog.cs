using Retort.Detectors;

namespace Retort.Training.Logs;

/// <summary>
/// A file that gets a record for every step of a training when the step is done. A training that goes on from a checkpoint goes on with its
/// file too: records of steps that are done once more, and one that was cut short, are replaced.
/// </summary>
/// <remarks>Give it to <see cref="Trainer.TrainAsync"/> as progress, alone or behind a progress of your own that passes reports on. Not thread-safe.</remarks>
public abstract class StepLog : IProgress<TrainingProgress>, IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly List<StepRecord> _earlier = [];
    private readonly List<string> _notes = [];
    private bool _started;

    /// <summary>Opens the file; what is in it changes with the first step.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resume">Whether the training goes on from a checkpoint if there is one; else records of an earlier training are dropped.</param>
    /// <exception cref="RetortException">It cannot be written, or is to be gone on with and no file of this kind.</exception>
    private protected StepLog(string path, bool resume)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        try
        {
            // No buffer of its own: what a full disk did not take must not be tried again when the file is closed.
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Explain(path, failure);
        }

        if (resume && _file.Length > 0)
        {
            try
            {
                _earlier.AddRange(ReadWhole(_file));
            }
            catch (Exception failure) when (failure is InvalidDataException or IOException)
            {
                _file.Dispose();
                throw new RetortException($"{path}: this is not the log of a training ({failure.Message.TrimEnd('.')}); name the log of the training to go on with, or a file that is not there.", failure);
            }
        }
    }

    /// <summary>Writes the record of a step.</summary>
    /// <exception cref="RetortException">The disk is full or the device failed.</exception>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Note is not null && !_started)
        {
            // Only the first step tells which records are kept.
            _notes.Add(value.Note);
            return;
        }

        try
        {
            Start(value.StepsDone);
            Append(value.Note is null ? StepBytes(value) : NoteBytes(value.Note));
        }
        catch (IOException failure)
        {
            throw AtomicFile.Explain(_path, failure);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _file.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The records that are whole, from the beginning of a file on.</summary>
    /// <exception cref="InvalidDataException">It is no file of this kind.</exception>
    private protected abstract IEnumerable<StepRecord> ReadWhole(Stream file);

    /// <summary>What stands at the beginning of a file.</summary>
    private protected virtual ReadOnlySpan<byte> HeadBytes() => [];

    /// <summary>The record of a step.</summary>
    private protected abstract ReadOnlySpan<byte> StepBytes(TrainingProgress step);

    /// <summary>The record of something that was told beside the steps; empty for none.</summary>
    private protected virtual ReadOnlySpan<byte> NoteBytes(string note) => [];

    private void Start(long step)
    {
        if (_started)
        {
            return;
        }

        _started = true;
        long end = _earlier.TakeWhile(r => r.Step < step).LastOrDefault().End;
        _file.SetLength(end);
        _file.Position = end;
        if (end == 0)
        {
            Append(HeadBytes());
        }

        foreach (string note in _notes)
        {
            Append(NoteBytes(note));
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes);
        _file.Flush();
    }

    /// <summary>A record of a file.</summary>
    /// <param name="Step">Its step, of all phases together; 0 for a record of none.</param>
    /// <param name="End">The first byte after it.</param>
    private protected readonly record struct StepRecord(long Step, long End);
}
