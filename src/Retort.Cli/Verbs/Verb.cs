using System.CommandLine;

namespace Retort.Cli.Verbs;

/// <summary>One verb of the command line: its options and what it does.</summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description, string example)
        : base(name, description)
    {
        VerbHelp.AddTo(this, example);

        // Without an action of its own the parser takes a verb for a mere group of others.
        SetAction(_ => ExitCode.Done);
    }

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    public abstract int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation);
}
