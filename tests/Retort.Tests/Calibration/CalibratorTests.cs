using Retort.Calibration;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Tests.Detectors;
using Retort.Tests.Training;

namespace Retort.Tests.Calibration;

public sealed class CalibratorTests : IDisposable
{
    private static readonly float[] Good = Populations.Get("gamma", seed: 7).Draw(60);
    private static readonly PictureScores GoodScores = new(Good, [.. Good.Select(v => 3 * v)]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Good_pictures_alone_set_two_thresholds_a_pixel_threshold_and_scales()
    {
        Thresholds thresholds = Calibrator.SetThresholds(GoodScores, PictureScores.None, new CalibrationSettings(), ThresholdBasis.HeldBack);
        RateThreshold image = RateThreshold.For(Good, 0.02), uncertain = RateThreshold.For(Good, 0.1);
        Assert.Equal((image.Value, uncertain.Value), (thresholds.Image, thresholds.Uncertain));
        Assert.True(thresholds.Uncertain < thresholds.Image);
        Assert.Equal(3 * image.Value, thresholds.Pixel, 4);
        Assert.Equal((Spread.Of(Good), Spread.Of(GoodScores.Peaks)), (thresholds.Scale, thresholds.PixelScale));
        Assert.Equal((image.Reached, uncertain.Reached), (thresholds.Basis.FalsePositives, thresholds.Basis.UncertainOrWorse));
        Assert.Equal(("tail", 60, 0, 0.02), (thresholds.Basis.Rule, thresholds.Basis.Pictures, thresholds.Basis.Defective, thresholds.Basis.Target));
        Assert.Empty(thresholds.Basis.Warnings);
    }

    [Fact]
    public void Defective_pictures_set_the_threshold_for_F1_or_recall_and_good_ones_the_others()
    {
        PictureScores defective = new([.. Good.Select(v => v + 0.5f)], []);
        Thresholds f1 = Calibrator.SetThresholds(GoodScores, defective, new CalibrationSettings { Goal = CalibrationGoal.F1 }, ThresholdBasis.TestPictures);
        Assert.Equal(LabelledThreshold.ForF1(Good, defective.Scores), f1.Image);
        Assert.Equal(("f1", 60), (f1.Basis.Rule, f1.Basis.Defective));

        Thresholds recall = Calibrator.SetThresholds(GoodScores, defective, new CalibrationSettings { Goal = CalibrationGoal.Recall, Recall = 0.9 }, ThresholdBasis.TestPictures);
        Assert.Equal(0.9, recall.Basis.Recall!.Value.Rate, 12);
        Assert.Equal(RateEstimate.Counted(54, 60), recall.Basis.Recall);
        Assert.Equal(RateEstimate.Counted(Good.Count(v => v >= recall.Image), 60), recall.Basis.FalsePositives);
        Assert.Equal(f1.Pixel, recall.Pixel);
    }

    [Fact]
    public void The_uncertain_threshold_is_never_above_the_other()
    {
        // So low that all good pictures reach it.
        PictureScores defective = new([0.01f], []);
        Thresholds thresholds = Calibrator.SetThresholds(GoodScores, defective, new CalibrationSettings { Goal = CalibrationGoal.Recall, Recall = 1 }, "");
        Assert.Equal(thresholds.Image, thresholds.Uncertain);
        Assert.Equal(1, thresholds.Basis.UncertainOrWorse.Rate);
    }

    [Fact]
    public void Without_defective_pictures_every_goal_is_a_false_positive_rate()
    {
        Thresholds expected = Calibrator.SetThresholds(GoodScores, PictureScores.None, new CalibrationSettings(), "");
        foreach (CalibrationGoal goal in Enum.GetValues<CalibrationGoal>())
        {
            Assert.Equal(expected, Calibrator.SetThresholds(GoodScores, PictureScores.None, new CalibrationSettings { Goal = goal }, ""));
        }
    }

    [Theory]
    [InlineData(49, 0.02, "49 good pictures cannot show a rate of 2 % (that takes 50 or more), so the threshold is extrapolated from the largest scores: expect 2 % false alarms and at most ")]
    [InlineData(1, 0.02, "1 good picture cannot show a rate of 2 % (that takes 50 or more), so the threshold is their largest score: expect 50 % false alarms and at most 97.5 %; calibrate on more good pictures.")]
    [InlineData(60, 0.01, "60 good pictures cannot show a rate of 1 % (that takes 100 or more), so")]
    [InlineData(50, 0.02, null)]
    public void A_set_too_small_for_its_target_is_warned_of(int count, double rate, string? warning)
    {
        PictureScores good = new(Good[..count], Good[..count]);
        IReadOnlyList<string> warnings = Calibrator.SetThresholds(good, PictureScores.None, new CalibrationSettings { FalsePositiveRate = rate }, "").Basis.Warnings;
        Assert.Equal(warning is null ? 0 : 1, warnings.Count);
        Assert.StartsWith(warning ?? "", warnings.FirstOrDefault(""), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_defects_for_a_recall_and_thresholds_from_training_pictures_are_warned_of()
    {
        PictureScores defective = new([8, 9, 10], []);
        var settings = new CalibrationSettings { Goal = CalibrationGoal.Recall, Recall = 0.99 };
        Assert.Equal(
            ["The thresholds were set on pictures that were trained on and may be too low; calibrate on others, or train with more good pictures or without --held-back 0.",
             "3 defective pictures cannot show a recall of 99 % (that takes 100 or more); expect at least 29.2 %."],
            Calibrator.SetThresholds(GoodScores, defective, settings, ThresholdBasis.TrainingPictures).Basis.Warnings);
    }

    [Fact]
    public void Shares_out_of_range_are_named()
    {
        Check(new CalibrationSettings { FalsePositiveRate = 0 }, "--target-fpr 0: not a share above 0 and up to 0.5; give one, for instance --target-fpr 0.02.");
        Check(new CalibrationSettings { UncertainRate = double.NaN }, "--uncertain-fpr NaN: not a share above 0 and up to 0.5; give one, for instance --uncertain-fpr 0.02.");
        Check(new CalibrationSettings { UncertainRate = 0.01 }, "--uncertain-fpr 0.01: this is less than --target-fpr 0.02, but what is defective is more than uncertain; give a larger one.");
        Check(new CalibrationSettings { Recall = 1.5 }, "--recall 1.5: not a share above 0 and up to 1; give one, for instance --recall 0.99.");
        Assert.Throws<ArgumentException>(() => Calibrator.SetThresholds(PictureScores.None, PictureScores.None, new CalibrationSettings(), ""));

        static void Check(CalibrationSettings settings, string expected) => Assert.Equal(
            expected, Assert.Throws<RetortException>(() => Calibrator.SetThresholds(GoodScores, PictureScores.None, settings, "")).Message);
    }

    [Fact]
    public void Pictures_are_scored_as_inspections_score_them_and_bad_ones_left_out_on_demand()
    {
        string[] paths = [.. Enumerable.Range(0, 3).Select(i => Path.Combine(_folder.Path, $"{i}.png"))];
        SyntheticParts.Save(paths[0], SyntheticParts.Part(0, false));
        File.WriteAllText(paths[1], "text");
        SyntheticParts.Save(paths[2], SyntheticParts.Part(1, true));
        using var detector = new Detector(SampleDetector.Create(), 1);
        Assert.Throws<ImageException>(() => Calibrator.Score(detector, paths));

        var skipped = new List<string>();
        PictureScores scores = Calibrator.Score(detector, paths, BadPicturePolicy.Skip, (path, _) => skipped.Add(path));
        Assert.Equal([paths[1]], skipped);
        Inspection[] inspections = [detector.Inspect(paths[0]), detector.Inspect(paths[2])];
        Assert.Equal(inspections.Select(i => i.Score), scores.Scores);
        Assert.Equal(inspections.Select(i => i.Map.Peak()), scores.Peaks);
    }

    [Fact]
    public void A_score_that_is_not_a_number_is_refused_with_its_picture()
    {
        DetectorFile file = SampleDetector.Create();
        Array.Fill(file.Weights[0].Data, float.NaN);
        using var detector = new Detector(file, 1);
        string path = Path.Combine(_folder.Path, "part.png");
        SyntheticParts.Save(path, SyntheticParts.Part(0, false));
        Assert.Equal(
            $"{path}: the detector gives a score for it that is not a number; check it with verify, or train it anew.",
            Assert.Throws<RetortException>(() => Calibrator.Score(detector, [path])).Message);
    }

    [Fact]
    public void New_thresholds_leave_all_else_in_the_file_as_it_was()
    {
        string path = Path.Combine(_folder.Path, "a.retort"), outPath = Path.Combine(_folder.Path, "b.retort");
        DetectorFile before = SampleDetector.Create();
        before.Write(path);
        byte[] bytes = File.ReadAllBytes(path);
        Thresholds thresholds = Calibrator.SetThresholds(GoodScores, PictureScores.None, new CalibrationSettings(), ThresholdBasis.NewPictures);
        Calibrator.Apply(path, outPath, thresholds);
        Assert.Equal(bytes, File.ReadAllBytes(path));
        DetectorFile after = DetectorFile.Read(outPath);
        Assert.Equal(thresholds, after.Info.Thresholds);
        Assert.Equal(before.Weights.SelectMany(w => w.Data), after.Weights.SelectMany(w => w.Data));
        Assert.Equal(before.SelfTest.Map, after.SelfTest.Map);
        Assert.Equal(before.Info.Training.ToJson().ToJsonString(), after.Info.Training.ToJson().ToJsonString());

        // In place, and back again, to the same bytes.
        Calibrator.Apply(outPath, outPath, before.Info.Thresholds);
        Assert.Equal(bytes, File.ReadAllBytes(outPath));
    }
}
