using Retort.Calibration;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Training;

namespace Retort.Tests.Training;

/// <summary>Trainings that do not look at whole pictures: sheets of grey noise, larger than the input.</summary>
public sealed class TiledTrainerTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Sheets => Path.Combine(_folder.Path, "sheets");

    private string Out => Path.Combine(_folder.Path, "out.retort");

    private TrainingSettings Settings => new()
    {
        Method = PixelStatistics.Name,
        Teacher = teacher.Path,
        Steps = [30, 30],
        Seed = 5,
        Threads = 1,
        Layout = new PictureLayout { Tiling = new Tiling(32, 8) },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_detector_of_tiles_finds_a_spot_in_a_large_picture()
    {
        AnomalyDataset dataset = Write(12);
        TrainingSummary summary = await Trainer.TrainAsync(dataset, Settings, Out);

        // 120 x 80 pixels are 5 x 3 tiles.
        Assert.Equal((11, 11 * 15, 1), (summary.Pictures, summary.Tiles, summary.HeldBack));
        using Detector detector = Detector.Load(Out, 1);
        Assert.Equal(new Tiling(32, 8), detector.Layout.Tiling);
        Assert.Equal(summary.Tiles, detector.Info.Training.Tiles);
        Assert.True(detector.Verify().Passed);

        // The thresholds are those of tiled inspections of what was held back.
        string heldBack = Assert.Single(TrainerSplit.Create(dataset.TrainGood, TrainingSettings.DefaultHeldBack, 5).HeldBack);
        Inspection good = detector.Inspect(heldBack);
        Assert.Equal(
            Calibrator.SetThresholds(new PictureScores([good.Score], [good.Map.Peak()]), PictureScores.None, new CalibrationSettings(), ThresholdBasis.HeldBack),
            detector.Info.Thresholds);

        RgbImage sheet = Sheet(900);
        for (int y = 50; y < 58; y++)
        {
            sheet.Pixels.AsSpan(((y * 120) + 90) * 3, 8 * 3).Fill(250);
        }

        Inspection bad = detector.Inspect(sheet);
        Assert.Equal(Verdict.Anomalous, bad.Verdict);
        Assert.InRange(bad.Regions[0].X + (bad.Regions[0].Width / 2.0), 92, 96);
        Assert.InRange(bad.Regions[0].Y + (bad.Regions[0].Height / 2.0), 52, 56);
    }

    [Fact]
    public async Task A_resumed_training_on_tiles_gives_the_same_bits()
    {
        AnomalyDataset dataset = Write(4);
        string whole = Path.Combine(_folder.Path, "whole.retort");
        await Trainer.TrainAsync(dataset, Settings with { Tiles = 20 }, whole);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(() => Trainer.TrainAsync(dataset, Settings with { Tiles = 20 }, Out, new StopAt(17, stop), stop.Token));
        TrainingSummary summary = await Trainer.TrainAsync(dataset, Settings with { Tiles = 20, Resume = true, Threads = 2 }, Out);
        Assert.Equal(20, summary.Tiles);
        Assert.Equal(DetectorFile.Read(whole).SelfTest.Map, DetectorFile.Read(Out).SelfTest.Map);
        Assert.Equal(DetectorFile.ReadInfo(whole).Thresholds, DetectorFile.ReadInfo(Out).Thresholds);
    }

    [Fact]
    public async Task Resuming_with_another_layout_is_refused_and_names_the_option()
    {
        AnomalyDataset dataset = Write(4);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(() => Trainer.TrainAsync(dataset, Settings, Out, new StopAt(3, stop), stop.Token));
        string mask = Path.Combine(_folder.Path, "mask.png");
        ImageFile.WritePng(mask, new GreyImage(2, 1, [0, 255]));
        (string Message, TrainingSettings Settings)[] cases =
        [
            ("--tile: the checkpoint was made with 32 and this run has none", Settings with { Layout = PictureLayout.Whole }),
            ("--tile: the checkpoint was made with 32 and this run has 64", Settings with { Layout = new PictureLayout { Tiling = new Tiling(64, 8) } }),
            ("--tile-overlap: the checkpoint was made with 8 and this run has 9", Settings with { Layout = new PictureLayout { Tiling = new Tiling(32, 9) } }),
            ("--tiles: the checkpoint was made with none and this run has 7", Settings with { Tiles = 7 }),
            ("--roi: the checkpoint was made with none and this run has 1,2,30,40", Settings with { Layout = Settings.Layout with { Region = new RegionOfInterest(1, 2, 30, 40) } }),
            ("--ignore-mask: the checkpoint was made with none and this run has other files", Settings with { Layout = Settings.Layout with { Ignore = IgnoreMask.Load(mask) } }),
        ];
        foreach ((string message, TrainingSettings settings) in cases)
        {
            var failure = await Assert.ThrowsAsync<RetortException>(() => Trainer.TrainAsync(dataset, settings with { Resume = true }, Out));
            Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pictures_that_the_layout_does_not_fit_are_told_before_training(bool tiled)
    {
        AnomalyDataset dataset = Write(12);
        string small = dataset.TrainGood[3];
        ImageFile.WritePng(small, new RgbImage(50, 80));
        TrainingSettings settings = Settings with
        {
            Layout = new PictureLayout { Tiling = tiled ? new Tiling(32, 8) : null, Region = new RegionOfInterest(50, 0, 60, 60) },
        };
        var failure = await Assert.ThrowsAsync<ImageException>(() => Trainer.TrainAsync(dataset, settings, Out));
        Assert.StartsWith($"{small} has 50 x 80 pixels, and the region of interest 50,0,60,60 lies beside it", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Checkpoint.PathFor(Out)));

        TrainingSummary summary = await Trainer.TrainAsync(dataset, settings with { BadPictures = BadPicturePolicy.Skip }, Out);
        Assert.Equal(11, summary.Pictures + summary.HeldBack);
        Assert.Contains("1 picture could not be read and was left out.", summary.Warnings);
        Assert.Equal(tiled ? summary.Pictures * 3 * 3 : null, summary.Tiles);
    }

    [Fact]
    public async Task A_region_of_interest_alone_sets_thresholds_on_what_counts()
    {
        // All sheets have a blot of their own in one corner.
        AnomalyDataset dataset = Write(10, (sheet, i) => sheet.Pixels.AsSpan(0, 120 * 3 * 20).Fill((byte)(20 * i)));
        TrainingSettings settings = Settings with { Layout = PictureLayout.Whole };
        await Trainer.TrainAsync(dataset, settings, Out);
        float blotted = DetectorFile.ReadInfo(Out).Thresholds.Pixel;
        await Trainer.TrainAsync(dataset, settings with { Layout = new PictureLayout { Region = new RegionOfInterest(0, 30, 120, 50) } }, Out);
        Assert.True(DetectorFile.ReadInfo(Out).Thresholds.Pixel < blotted);
        Assert.Equal("0,30,120,50", DetectorFile.ReadInfo(Out).Layout.Region!.ToString());
    }

    private AnomalyDataset Write(int count, Action<RgbImage, int>? paint = null)
    {
        for (int i = 0; i < count; i++)
        {
            RgbImage sheet = Sheet(i);
            paint?.Invoke(sheet, i);
            SyntheticParts.Save(Path.Combine(Sheets, $"{i:000}.png"), sheet);
        }

        return AnomalyDataset.Open(Sheets);
    }

    private static RgbImage Sheet(int seed)
    {
        var random = new CounterRandom((ulong)seed);
        var sheet = new RgbImage(120, 80);
        for (int i = 0; i < sheet.Pixels.Length; i++)
        {
            sheet.Pixels[i] = (byte)(110 + random.NextInt(12));
        }

        return sheet;
    }

    private sealed class StopAt(int step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        private int _steps;

        public void Report(TrainingProgress value)
        {
            if (value.Note is null && ++_steps == step)
            {
                stop.Cancel();
            }
        }
    }
}
