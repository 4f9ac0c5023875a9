namespace Retort.Cli.Verbs;

/// <summary>The values of an option that may be given for everything (<c>VALUE</c>) and for single places (<c>PLACE=VALUE</c>), such as a method or a category.</summary>
internal sealed class PlacedValues
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>Reads them.</summary>
    /// <param name="option">The option.</param>
    /// <param name="given">What was given.</param>
    /// <param name="places">What may stand before the =.</param>
    /// <exception cref="UsageException">Something is given twice.</exception>
    public PlacedValues(string option, IReadOnlyList<string> given, IReadOnlyCollection<string> places)
    {
        foreach (string text in given)
        {
            // A = without a place before it belongs to the value: paths may have one.
            bool placed = text.Split('=', 2) is [var before, _] && places.Contains(before);
            (string place, string value) = placed ? (text[..text.IndexOf('=')], text[(text.IndexOf('=') + 1)..]) : ("", text);
            if (!_values.TryAdd(place, value))
            {
                throw new UsageException($"{option} {text}: {(placed ? place : "this")} has a value already; give it once.");
            }
        }
    }

    /// <summary>The value of the first of some places that has one, else that of everything; null if none was given.</summary>
    public string? For(params ReadOnlySpan<string> places)
    {
        foreach (string place in places)
        {
            if (_values.TryGetValue(place, out string? value))
            {
                return value;
            }
        }

        return _values.GetValueOrDefault("");
    }
}
