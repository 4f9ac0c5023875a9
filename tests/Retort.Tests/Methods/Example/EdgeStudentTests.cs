using System.Runtime.CompilerServices;
using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Methods;
using Retort.Tests.Training;
using Retort.Training;

namespace Retort.Tests.Methods.Example;

public sealed class EdgeStudentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EdgeStudentTests()
    {
        lock (MethodCatalog.ForTests)
        {
            if (!MethodCatalog.ForTests.Any(m => m is EdgeStudentMethod))
            {
                MethodCatalog.ForTests.Add(new EdgeStudentMethod());
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_documentation_shows_the_code_as_it_is()
    {
        string code = File.ReadAllText(Beside("EdgeStudent.cs"));
        string[] parts = File.ReadAllText(Beside("../../../../docs/adding-a-method.md")).Split("```csharp\n");
        Assert.Equal(5, parts.Length);
        Assert.All(parts[1..], part => Assert.Contains(part[..part.IndexOf("\n```", StringComparison.Ordinal)], code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_example_learns_and_its_detector_evaluates()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts"), 12));
        var settings = new TrainingSettings
        {
            Method = "edge-student",
            Teacher = SyntheticParts.WriteRandomTeacher(Path.Combine(_folder.Path, "resnet18.safetensors")),
            Steps = [20],
            Batch = 4,
            Size = 64,
            Threads = 1,
        };
        var losses = new Losses();
        string path = Path.Combine(_folder.Path, "example.retort");
        await Trainer.TrainAsync(dataset, settings, path, losses);
        Assert.True(losses[^1] < 0.8 * losses[0], $"The loss went from {losses[0]} to {losses[^1]}.");

        using Detector detector = Detector.Load(path, 1);
        Assert.True(detector.Verify().Passed);
        Assert.Equal(["distance"], Evaluator.Evaluate(detector, dataset, new EvaluationSettings()).Components.Select(c => c.Key));
    }

    private static string Beside(string file, [CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, file);

    private sealed class Losses : List<double>, IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Note is null)
            {
                Add(value.Loss);
            }
        }
    }
}
