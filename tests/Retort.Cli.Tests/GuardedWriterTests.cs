using System.Text;

namespace Retort.Cli.Tests;

public sealed class GuardedWriterTests
{
    [Fact]
    public void Results_that_cannot_be_written_are_an_error_of_one_sentence()
    {
        using GuardedWriter output = GuardedWriter.ForResults(new FullWriter());
        using var error = new StringWriter();
        int code = Program.Run(["--version"], output, error, CancellationToken.None);
        Assert.Equal(
            (1, "retort: standard output: the results cannot be written (No space left on device); send them to another place." + Environment.NewLine),
            (code, error.ToString()));
    }

    [Fact]
    public void Messages_that_cannot_be_written_change_no_exit_code()
    {
        using var output = new StringWriter();
        using GuardedWriter error = GuardedWriter.ForMessages(new FullWriter());
        Assert.Equal(2, Program.Run(["info"], output, error, CancellationToken.None));
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void What_can_be_written_arrives()
    {
        using var inner = new StringWriter { NewLine = "\n" };
        using GuardedWriter writer = GuardedWriter.ForResults(inner);
        writer.Write('a');
        writer.Write("bü");
        writer.Write(['x', 'c', 'd'], 1, 2);
        writer.WriteLine("漢");
        writer.Flush();
        Assert.Equal("abücd漢\n", inner.ToString());
    }

    private sealed class FullWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device");
    }
}
