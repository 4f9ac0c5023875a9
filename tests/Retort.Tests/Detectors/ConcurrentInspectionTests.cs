using Retort.Detectors;
using Retort.Imaging;
using Retort.Tests.Training;

namespace Retort.Tests.Detectors;

/// <summary>Alone, because memory can only be counted for the whole process. <c>Retort.Bench callers</c> does the same for minutes.</summary>
[CollectionDefinition(nameof(ConcurrentInspectionTests), DisableParallelization = true)]
[Collection(nameof(ConcurrentInspectionTests))]
public sealed class ConcurrentInspectionTests
{
    private const int Size = 64;
    private const int Callers = 8;
    private const int Rounds = 12;

    [Fact]
    public async Task Eight_callers_get_what_they_would_get_alone_and_memory_does_not_grow()
    {
        using var detector = new Detector(UntrainedDetector.Create(Size), 2);
        byte[][] pictures = [.. Enumerable.Range(0, Callers).Select(i => ImageFile.EncodePng(SyntheticParts.Part(i, i % 2 == 0)))];
        Inspection[] alone = [.. pictures.Select(p => detector.Inspect(new MemoryStream(p)))];
        await CallAsync(detector, pictures, alone, rounds: 2);

        long before = GC.GetTotalMemory(forceFullCollection: true);
        await CallAsync(detector, pictures, alone, Rounds);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        // The maps of these inspections alone are more.
        const int maps = Callers * Rounds * Size * Size * sizeof(float);
        Assert.True(grown < maps / 4, $"{grown} bytes more after {Callers * Rounds} inspections");
    }

    private static Task CallAsync(Detector detector, byte[][] pictures, Inspection[] alone, int rounds) => Task.WhenAll(pictures.Select((_, caller) => Task.Run(async () =>
    {
        for (int round = 0; round < rounds; round++)
        {
            int picture = (caller + round) % pictures.Length;
            using var stream = new MemoryStream(pictures[picture]);
            Inspection found = round % 2 == 0 ? detector.Inspect(stream) : await detector.InspectAsync(stream);
            Assert.Equal(alone[picture].Score, found.Score);
            Assert.Equal(alone[picture].Map.Values, found.Map.Values);
            Assert.Equal(alone[picture].Regions, found.Regions);
        }
    })));
}
