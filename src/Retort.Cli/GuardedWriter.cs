using System.Text;

namespace Retort.Cli;

/// <summary>Standard output or standard error, which may be closed or lead to a full disk.</summary>
internal sealed class GuardedWriter : TextWriter
{
    private readonly TextWriter _inner;
    private readonly Action<Exception> _failed;

    private GuardedWriter(TextWriter inner, Action<Exception> failed)
    {
        _inner = inner;
        _failed = failed;
    }

    /// <summary>A writer of results: what cannot be written is an error (<see cref="RetortException"/>).</summary>
    public static GuardedWriter ForResults(TextWriter inner) => new(inner, failure => throw new RetortException(
        $"standard output: the results cannot be written ({failure.Message.TrimEnd('.')}); send them to another place.", failure));

    /// <summary>A writer of progress and errors: what cannot be written is dropped, for there is nobody left to tell.</summary>
    public static GuardedWriter ForMessages(TextWriter inner) => new(inner, _ => { });

    /// <inheritdoc/>
    public override Encoding Encoding => _inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Guard(() => _inner.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Guard(() => _inner.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Guard(() => _inner.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Guard(() => _inner.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Guard(_inner.Flush);

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _failed(failure);
        }
    }
}
