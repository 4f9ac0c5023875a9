using Retort.Detectors;
using Retort.Tests.Detectors;

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
        using var detector = new Detector(UntrainedDetector.Create(Size), threads);
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
}
