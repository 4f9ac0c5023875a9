namespace Retort.Networks.Weights;

/// <summary>
/// A weight file could not be read or written. The message is one sentence that names the file, what is wrong and what to do.
/// </summary>
public sealed class WeightFileException : IOException
{
    /// <summary>Makes the exception.</summary>
    public WeightFileException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception, with what caused it.</summary>
    public WeightFileException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
