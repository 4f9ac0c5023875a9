using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Retort.Cli.Display;
using Retort.Cli.Verbs;
using Retort.Imaging;
using Retort.Networks.Weights;

namespace Retort.Cli;

/// <summary>The command line program.</summary>
public static class Program
{
    /// <summary>Starts the program.</summary>
    public static int Main(string[] args)
    {
        if (OperatingSystem.IsWindows())
        {
            Console.OutputEncoding = System.Text.Encoding.UTF8;
        }

        using var cancellation = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        using var output = GuardedWriter.ForResults(Console.Out);
        using var error = GuardedWriter.ForMessages(Console.Error);
        return Run(args, new Terminal(output, error, !Console.IsErrorRedirected) { In = Console.In }, cancellation.Token);

        void Cancel(PosixSignalContext signal)
        {
            // The first asks politely; a second one ends the program at once.
            signal.Cancel = !cancellation.IsCancellationRequested;
            cancellation.Cancel();
        }
    }

    /// <summary>Runs one command.</summary>
    /// <param name="args">The verb and its options.</param>
    /// <param name="output">Takes the results.</param>
    /// <param name="error">Takes progress, warnings and errors.</param>
    /// <param name="cancellation">Asks a long verb to stop at the next safe place.</param>
    /// <param name="input">What a verb that listens hears; null for nothing.</param>
    /// <returns>0 done, 1 failed, 2 wrong usage, 3 an anomaly was found and that was to count, 130 cancelled.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error, CancellationToken cancellation, TextReader? input = null) =>
        Run(args, new Terminal(output, error, Live: false) { In = input ?? TextReader.Null }, cancellation);

    private static int Run(string[] args, Terminal terminal, CancellationToken cancellation)
    {
        ParseResult parsed = Commands().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        bool asks = parsed.Action is VerbHelp or HelpAction || parsed.GetResult("--version") is not null;
        if (!asks && parsed.CommandResult.Command is not Verb)
        {
            string what = parsed.UnmatchedTokens is [var first, ..] ? $"{first}: there is no such verb" : "no verb was given";
            return Fail(terminal, $"{what}; choose one of {string.Join(", ", parsed.CommandResult.Command.Subcommands.Select(c => c.Name))} (see retort {VerbOf(parsed)}--help).", ExitCode.WrongUsage);
        }

        if (!asks && UsageErrors.First(parsed) is { } wrongUsage)
        {
            return Fail(terminal, $"{wrongUsage} (see retort {VerbOf(parsed)}--help)", ExitCode.WrongUsage);
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return !asks && parsed.CommandResult.Command is Verb verb
                ? verb.Run(parsed, terminal with { Quiet = parsed.GetValue<bool>(CommonOptions.QuietName) }, cancellation)
                : parsed.Invoke(configuration);
        }
        catch (OperationCanceledException cancelled)
        {
            return Fail(terminal, cancelled.Message, ExitCode.Cancelled);
        }
        catch (UsageException wrong)
        {
            return Fail(terminal, $"{wrong.Message} (see retort {VerbOf(parsed)}--help)", ExitCode.WrongUsage);
        }
        catch (Exception failure)
        {
            string message = failure switch
            {
                RetortException or ImageException or WeightFileException => failure.Message,
                OutOfMemoryException => "there is not enough memory; use a smaller --batch, --size or --memory, or close other programs.",
                _ => $"an error inside Retort ({failure.GetType().Name}: {failure.Message}); run again with --verbose and report what it shows.",
            };
            int code = Fail(terminal, message, ExitCode.Failed);
            if (parsed.GetValue<bool>(CommonOptions.VerboseName))
            {
                terminal.Error.WriteLine(failure);
            }

            return code;
        }
    }

    /// <summary>All verbs with their options, from which docs/cli.md is made.</summary>
    internal static Command Commands()
    {
        // Not a RootCommand: that would call itself after the file it was started from.
        var root = new Command("retort", "Retort: visual anomaly detection. Learns from pictures of good parts, then finds what is wrong with others.")
        {
            new DemoVerb(), new TrainVerb(), new EvaluateVerb(), new InspectVerb(), new CalibrateVerb(), new ReportVerb(), new BenchmarkVerb(), new ExportVerb(),
            new InfoVerb(), new VerifyVerb(),
            new ImportVerb(), new TeacherVerbs(),
        };
        root.Add(new HelpOption());
        root.Add(new VersionOption());
        root.Add(CommonOptions.Quiet());
        root.Add(CommonOptions.Verbose());
        return root;
    }

    // Of a verb in a group both names: "teacher distill ".
    private static string VerbOf(ParseResult parsed)
    {
        string names = "";
        for (CommandResult command = parsed.CommandResult; command.Parent is CommandResult group; command = group)
        {
            names = $"{command.Command.Name} {names}";
        }

        return names;
    }

    private static int Fail(Terminal terminal, string message, int code)
    {
        // One line, whatever the file names or the libraries' messages hold.
        terminal.Error.WriteLine("retort: " + OneLine.Of(message));
        return code;
    }
}
