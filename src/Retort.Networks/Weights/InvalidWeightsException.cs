namespace Retort.Networks.Weights;

/// <summary>
/// What a parser found wrong, before the file's name is known to it. <see cref="WeightFile"/> makes the sentence for the
/// user of it; it never leaves this assembly.
/// </summary>
internal sealed class InvalidWeightsException : Exception
{
    private const int MaxLength = 400;

    public InvalidWeightsException(string problem, string advice = "download or save it again")
        : base(Printable(problem))
    {
        Advice = advice;
    }

    public string Advice { get; }

    // Names from the file end up in the message: they may be megabytes long or hold control characters.
    private static string Printable(string text)
    {
        string head = text.Length <= MaxLength ? text : $"{text[..MaxLength]}...";
        return string.Concat(head.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
