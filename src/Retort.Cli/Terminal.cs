namespace Retort.Cli;

/// <summary>Where a verb speaks: results to <see cref="Out"/>, all else to <see cref="Error"/>.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Progress, warnings and errors.</param>
/// <param name="Live">Whether <see cref="Error"/> is a terminal that can show a moving bar.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool Live)
{
    /// <summary>Where a verb listens, if it does.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Whether to say nothing but results and errors.</summary>
    public bool Quiet { get; init; }

    /// <summary>Says something beside the results.</summary>
    public void Note(string text)
    {
        if (!Quiet)
        {
            Error.WriteLine(text);
        }
    }

    /// <summary>Says what may be a mistake but does not stop the work.</summary>
    public void Warn(string text) => Note("warning: " + Display.OneLine.Of(text));
}
