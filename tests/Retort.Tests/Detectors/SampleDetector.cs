using Retort.Data;
using Retort.Detectors;
using Retort.Networks.Weights;
using Retort.Tests.Training;
using Retort.Training;

namespace Retort.Tests.Detectors;

/// <summary>A detector that was not trained: every pixel's mean is 0 after normalisation, its deviation 0.9.</summary>
internal static class SampleDetector
{
    public static DetectorFile Create(int size = 8)
    {
        PixelStatistics.Register();
        var options = new PixelStatisticsOptions { Size = size };
        float[] deviation = new float[size * size * 3];
        Array.Fill(deviation, 0.9f);
        byte[] picture = SelfTest.CreatePicture(size);
        var map = new float[size * size];
        var info = new DetectorInfo
        {
            Method = PixelStatistics.Name,
            Options = options.ToJson(),
            Size = size,
            Normalization = Normalization.ImageNet,
            Teacher = "resnet18",
            TeacherSha256 = new string('0', 64),
            Thresholds = SampleThresholds.Create(2.5f, 1.75f),
            Training = new TrainingSummary
            {
                RetortVersion = "0.1.0",
                Dataset = "parts",
                Pictures = 30,
                HeldBack = 3,
                Preset = "quick",
                Textures = "procedural",
                Rotation = "none",
                Seed = ulong.MaxValue,
                Threads = 2,
                Phases = [new PhaseSummary("mean", 8, 0.125), new PhaseSummary("deviation", 9, 1e-17)],
                Seconds = 12.5,
                WaitingShare = 0.25,
                Warnings = ["Beware of \"quotes\", ü and 漢."],
            },
        };
        NamedTensor[] weights =
        [
            new("mean", [size, size, 3], new float[size * size * 3]),
            new("deviation", [size, size, 3], deviation),
        ];
        var draft = new DetectorFile(info, weights, new SelfTest(picture, map, 0));
        using var detector = new Detector(draft, 1);
        float score = detector.Score(picture, map);
        return draft with { SelfTest = new SelfTest(picture, map, score) };
    }
}
