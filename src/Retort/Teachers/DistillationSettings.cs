using System.Globalization;

namespace Retort.Teachers;

/// <summary>What to distil and how.</summary>
public sealed record DistillationSettings
{
    /// <summary>The least <see cref="Crop"/>: four positions of layer3 along each axis.</summary>
    public const int SmallestCrop = 64;

    /// <summary>Folders of pictures, searched with all that is in them.</summary>
    public required IReadOnlyList<string> Data { get; init; }

    /// <summary>The network to learn from: a weight file, or a name, see <see cref="TeacherFolder.Find"/>. Its tensors tell which network it is.</summary>
    public required string Teacher { get; init; }

    /// <summary>Training steps.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Crops per step.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>
    /// The side of a crop in pixels: a multiple of 32. Networks see the zeros that convolutions put around a crop; the larger it is, the more of its positions see
    /// as little of them as those of the pictures that detectors look at.
    /// </summary>
    public int Crop { get; init; } = 160;

    /// <summary>The largest learning rate; it rises to it at the start, and falls to zero along a cosine.</summary>
    public double Rate { get; init; } = 3e-3;

    /// <summary>The seed of all random draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads to compute with; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>How many steps lie between two looks at the pictures that were held back.</summary>
    public int ValidateEvery { get; init; } = 250;

    /// <summary>How many crops such a look is at. Fewer are for tests.</summary>
    internal int ValidationCrops { get; init; } = 48;

    /// <summary>Whether to go on from the checkpoint beside the output, if there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>How often to write a checkpoint, besides a cancellation.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many bytes of decoded pictures to keep in memory.</summary>
    public long MemoryBudget { get; init; } = 1L << 30;

    /// <summary>Checks that the settings make sense.</summary>
    /// <exception cref="RetortException">They do not; the message names the option.</exception>
    public void Validate()
    {
        if (Data.Count == 0)
        {
            throw new RetortException("--data is missing; name a folder of pictures to distil on.");
        }

        if (Steps < 1)
        {
            throw new RetortException($"--steps {Steps}: give a number of at least 1.");
        }

        if (Batch is < 1 or > 1024)
        {
            throw new RetortException($"--batch {Batch}: give a number from 1 to 1024.");
        }

        if (Crop is < SmallestCrop or > 1024 || Crop % 32 != 0)
        {
            throw new RetortException($"--crop {Crop}: give a multiple of 32 from {SmallestCrop} to 1024, for instance --crop 160.");
        }

        if (!(Rate > 0 && Rate <= 1))
        {
            throw new RetortException(string.Create(CultureInfo.InvariantCulture, $"--rate {Rate}: give a number above 0 and up to 1."));
        }

        if (ValidateEvery < 1)
        {
            throw new RetortException($"--validate-every {ValidateEvery}: give a number of at least 1.");
        }
    }

    /// <summary>The factor on the learning rate at a step: a rise over the first steps, at most a tenth of all, times a fall along half a cosine.</summary>
    /// <param name="step">Counted from 0.</param>
    internal double RateScale(int step)
    {
        const int longestRise = 300;
        int rise = Math.Min(longestRise, Steps / 10);
        return Math.Min(1, (step + 1.0) / (rise + 1)) * 0.5 * (1 + Math.Cos(Math.PI * step / Steps));
    }
}
