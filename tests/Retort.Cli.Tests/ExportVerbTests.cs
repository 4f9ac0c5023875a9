using Retort.Tests.Training;

namespace Retort.Cli.Tests;

/// <summary><c>export</c> where no ONNX Runtime is needed.</summary>
public sealed class ExportVerbTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command = new(teacher);

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Cancelling_exits_130_and_leaves_no_model()
    {
        SyntheticParts.Write(_command.Parts, 3);
        CommandResult trained = CommandLine.Run("train", "--method", "stfpm", "--data", _command.Parts, "--out", _command.Model, "--steps", "1", "--batch", "1", "--size", "64", "--quiet");
        Assert.Equal(0, trained.Code);
        string onnx = _command.Path("part.onnx");
        CommandResult result = CommandLine.Run(new CancellationToken(canceled: true), "export", "--model", _command.Model, "--onnx", onnx);
        Assert.Equal((130, "", "retort: stopped before the model was checked; nothing was written."), (result.Code, result.Out, result.LastError));
        Assert.Empty(Directory.GetFiles(_command.Root, "part.onnx*"));
    }
}
