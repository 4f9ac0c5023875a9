using Retort.Detectors;
using Retort.Methods;
using Retort.Methods.DeSTSeg;
using Retort.Networks.Weights;
using Retort.Tests.Training;

namespace Retort.Tests.Detectors;

/// <summary>A detector of DeSTSeg as training begins with it: the whole network, for tests that do not mind what it says.</summary>
internal static class UntrainedDetector
{
    public static DetectorFile Create(int size)
    {
        using var folder = new TemporaryFolder();
        string teacher = SyntheticParts.WriteRandomTeacher(Path.Combine(folder.Path, "resnet18.safetensors"));
        var options = new DeSTSegOptions { Size = size, Batch = 1 };
        using var pool = new WorkerPool(1);
        using ITrainingRun run = new DeSTSegMethod().StartTraining(options, TeacherFile.Load(teacher, options.Teacher).Tensors, 1, 7, pool);
        DetectorFile sample = SampleDetector.Create(size);
        return sample with { Info = sample.Info with { Method = "destseg", Options = options.ToJson() }, Weights = run.ExportWeights() };
    }
}
