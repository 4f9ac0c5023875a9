namespace Retort;

/// <summary>Something the user can mend. The message is one sentence: which file or option, what is wrong, what to do.</summary>
public class RetortException : Exception
{
    /// <summary>Makes the exception.</summary>
    public RetortException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception, with what caused it.</summary>
    public RetortException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>Whether the message begins with a file, so that whoever knows what file it was need not add it.</summary>
    internal bool NamesFile { get; init; }
}
