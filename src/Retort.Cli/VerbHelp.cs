using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Retort.Cli;

/// <summary>The help of a verb, with an example at its end.</summary>
internal sealed class VerbHelp(HelpAction inner, string example) : SynchronousCommandLineAction
{
    /// <summary>A command line that works.</summary>
    public string Example => example;

    /// <summary>Gives a verb a help that ends with an example.</summary>
    public static void AddTo(Command verb, string example)
    {
        // A narrow terminal or none at all: the text is the same for everyone.
        var help = new HelpOption();
        help.Action = new VerbHelp(new HelpAction { MaxWidth = 110 }, example);
        verb.Add(help);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = inner.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Example:");
        output.WriteLine("  " + example);
        return code;
    }
}
