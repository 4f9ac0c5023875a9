using Retort.Tests;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

/// <summary>What a command said and returned.</summary>
internal sealed record CommandResult(int Code, string Out, string Error)
{
    /// <summary>The last line of what it said on standard error, which is the one that says what went wrong.</summary>
    public string LastError => Error.TrimEnd().Split('\n')[^1].TrimEnd('\r');
}

/// <summary>Runs the program within the tests' process, on pictures they draw.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _teacher;

    public CommandLine(TeacherFixture teacher)
    {
        // Blanks, umlauts and CJK in every path of every test.
        Root = System.IO.Path.Combine(_folder.Path, "größe 漢字");
        Directory.CreateDirectory(Root);
        _teacher = teacher.Path;
    }

    public string Root { get; }

    public string Model => Path("part.retort");

    public string Parts => Path("parts");

    public string Path(string relative) => System.IO.Path.Combine([Root, .. relative.Split('/')]);

    public static CommandResult Run(CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = Program.Run(args, output, error, cancellation);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    public static CommandResult Run(params string[] args) => Run(CancellationToken.None, args);

    public CommandResult Train(params string[] more) => Train(CancellationToken.None, more);

    public CommandResult Train(CancellationToken cancellation, params string[] more) =>
        Run(cancellation, ["train", "--method", PixelStatistics.Name, "--data", Parts, "--out", Model, "--teacher", _teacher, .. more]);

    /// <summary>Draws a dataset and trains a detector on it.</summary>
    public void TrainSample()
    {
        SyntheticParts.Write(Parts, 20);
        CommandResult result = Train("--steps", "40,40");
        Assert.True(result.Code == 0, result.Error);
    }

    public void Dispose() => _folder.Dispose();
}
