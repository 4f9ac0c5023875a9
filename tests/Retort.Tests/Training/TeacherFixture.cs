namespace Retort.Tests.Training;

/// <summary>A teacher file for the tests of a class.</summary>
public sealed class TeacherFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TeacherFixture()
    {
        PixelStatistics.Register();
        Path = SyntheticParts.WriteTeacher(System.IO.Path.Combine(_folder.Path, "resnet18-test.safetensors"));
    }

    public string Path { get; }

    public void Dispose() => _folder.Dispose();
}
