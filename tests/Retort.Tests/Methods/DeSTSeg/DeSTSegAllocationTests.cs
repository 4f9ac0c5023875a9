using Retort.Detectors;
using Retort.Methods;
using Retort.Methods.DeSTSeg;
using Retort.Networks.Weights;
using Retort.Tests.Detectors;
using Retort.Tests.Training;

namespace Retort.Tests.Methods.DeSTSeg;

/// <summary>Alone, because what several threads allocate can only be counted for the whole process.</summary>
[CollectionDefinition(nameof(DeSTSegAllocationTests), DisableParallelization = true)]
[Collection(nameof(DeSTSegAllocationTests))]
public sealed class DeSTSegAllocationTests
{
    private const int Size = 64;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Scoring_allocates_nothing_after_the_first_call(int threads)
    {
        using var folder = new TemporaryFolder();
        using var detector = new Detector(Untrained(folder), threads);
        byte[] picture = SelfTest.CreatePicture(Size);
        var map = new float[Size * Size];
        float first = detector.Score(picture, map);

        // The runner of the tests allocates now and then; what scoring allocates, it allocates each time.
        long least = long.MaxValue;
        for (int i = 0; i < 100 && least > 0; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            float again = detector.Score(picture, map);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            Assert.Equal(first, again);
        }

        Assert.Equal(0, least);
    }

    private static DetectorFile Untrained(TemporaryFolder folder)
    {
        string teacher = SyntheticParts.WriteRandomTeacher(Path.Combine(folder.Path, "resnet18.safetensors"));
        var options = new DeSTSegOptions { Size = Size, Batch = 1 };
        using var pool = new WorkerPool(1);
        using ITrainingRun run = new DeSTSegMethod().StartTraining(options, TeacherFile.Load(teacher, options.Teacher).Tensors, 1, 7, pool);
        DetectorFile sample = SampleDetector.Create(Size);
        return sample with { Info = sample.Info with { Method = "destseg", Options = options.ToJson() }, Weights = run.ExportWeights() };
    }
}
