namespace Retort.Cli.Verbs;

/// <summary>Gives the outputs of pictures names of their own.</summary>
internal sealed class PictureNames
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A name without extension that was not given yet: that of the file, with a number where another took it.</summary>
    public string Take(string file)
    {
        string stem = Path.ChangeExtension(file, null);
        string name = stem;
        for (int i = 2; !_taken.Add(name); i++)
        {
            name = $"{stem}-{i}";
        }

        return name;
    }
}
