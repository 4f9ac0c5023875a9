namespace Retort.Imaging;

/// <summary>A picture could not be read or written. The message is one sentence that names the file, what is wrong and what to do.</summary>
public sealed class ImageException : IOException
{
    /// <summary>Makes the exception.</summary>
    public ImageException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception, with what caused it.</summary>
    public ImageException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
