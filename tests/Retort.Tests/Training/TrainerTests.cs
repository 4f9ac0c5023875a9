using System.IO.Compression;
using System.Security.Cryptography;
using Retort.Calibration;
using Retort.Corruption;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Training;

namespace Retort.Tests.Training;

public sealed class TrainerTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Parts => Path.Combine(_folder.Path, "parts");

    private string Out => Path.Combine(_folder.Path, "out.retort");

    private TrainingSettings Settings => new() { Method = PixelStatistics.Name, Teacher = teacher.Path, Seed = 5, Threads = 1 };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Training_writes_a_detector_that_tells_good_from_bad()
    {
        TrainingSummary summary = await Trainer.TrainAsync(AnomalyDataset.Open(SyntheticParts.Write(Parts, 20)), Settings with { Steps = [40, 40] }, Out);
        Assert.Equal((18, 2, 5ul, "parts"), (summary.Pictures, summary.HeldBack, summary.Seed, summary.Dataset));
        Assert.Equal(["mean", "deviation"], summary.Phases.Select(p => p.Name));
        Assert.Empty(summary.Warnings);
        Assert.False(File.Exists(Checkpoint.PathFor(Out)));

        using Detector detector = Detector.Load(Out, 1);
        Assert.Equal((ThresholdBasis.HeldBack, 2), (detector.Info.Thresholds.Basis.Source, detector.Info.Thresholds.Basis.Pictures));
        Assert.True(detector.Verify().Passed);
        Inspection bad = detector.Inspect(SyntheticParts.Part(900, defective: true));
        Assert.Equal(Verdict.Anomalous, bad.Verdict);

        // The spot is at 6..11, 9..14 of 24.
        Assert.InRange(bad.Regions[0].X + (bad.Regions[0].Width / 2.0), 6, 12);
        Assert.InRange(bad.Regions[0].Y + (bad.Regions[0].Height / 2.0), 9, 15);
        Assert.True(detector.Inspect(SyntheticParts.Part(901, defective: false)).Score < bad.Score / 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(16)]
    public async Task A_resumed_training_gives_the_same_bits_as_one_that_was_not_interrupted(int stopAfter)
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Parts));
        TrainingSettings settings = Settings with { Rotation = Rotation.Full };
        string whole = Path.Combine(_folder.Path, "whole.retort");
        await Trainer.TrainAsync(dataset, settings, whole);

        using var stop = new CancellationTokenSource();
        var stopper = new Recorder { OnStep = (_, done) => { if (done == stopAfter) { stop.Cancel(); } } };
        var stopped = await Assert.ThrowsAsync<OperationCanceledException>(() => Trainer.TrainAsync(dataset, settings, Out, stopper, stop.Token));
        Assert.Contains($"stopped after {stopAfter} of 16 steps; the same command with --resume goes on from {Out}.checkpoint.", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(stopAfter, stopper.Steps);
        Assert.False(File.Exists(Out));

        var resumed = new Recorder();
        TrainingSummary summary = await Trainer.TrainAsync(dataset, settings with { Resume = true, Threads = 2 }, Out, resumed);
        Assert.Equal(16 - stopAfter, resumed.Steps);
        Assert.Contains(resumed.Notes, n => n.Contains($"going on after {stopAfter} of 16 steps", StringComparison.Ordinal));
        Assert.Equal(Entry(whole, "weights.safetensors"), Entry(Out, "weights.safetensors"));
        Assert.Equal(Entry(whole, "selftest.safetensors"), Entry(Out, "selftest.safetensors"));
        Assert.Equal(DetectorFile.ReadInfo(whole).Training.Phases, summary.Phases);
        Assert.Equal(DetectorFile.ReadInfo(whole).Thresholds, DetectorFile.ReadInfo(Out).Thresholds);
        Assert.False(File.Exists(Out + ".checkpoint"));
    }

    [Fact]
    public async Task A_training_that_was_killed_goes_on_from_its_last_checkpoint()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Parts));
        TrainingSettings settings = Settings with { CheckpointEvery = TimeSpan.Zero };
        string whole = Path.Combine(_folder.Path, "whole.retort");
        await Trainer.TrainAsync(dataset, settings, whole);

        // An exception in the middle of a step's report stands for the kill: nothing is written after it.
        var killer = new Recorder { OnStep = (_, done) => { if (done == 11) { throw new InvalidOperationException("killed"); } } };
        await Assert.ThrowsAsync<InvalidOperationException>(() => Trainer.TrainAsync(dataset, settings, Out, killer));
        var resumed = new Recorder();
        await Trainer.TrainAsync(dataset, settings with { Resume = true }, Out, resumed);
        Assert.Equal(6, resumed.Steps);
        Assert.Equal(Entry(whole, "weights.safetensors"), Entry(Out, "weights.safetensors"));
    }

    [Fact]
    public async Task Stopping_before_the_first_or_after_the_last_step_loses_nothing()
    {
        SyntheticParts.Write(Parts);
        File.WriteAllText(Path.Combine(Parts, "train", "good", "bad.png"), "not a picture");
        AnomalyDataset dataset = AnomalyDataset.Open(Parts);
        TrainingSettings settings = Settings with { HeldBack = 0, BadPictures = BadPicturePolicy.Skip };

        // How many pictures were left out is said when all steps are done.
        using var stop = new CancellationTokenSource();
        var stopper = new Recorder { OnNote = note => { if (note.Contains("could not be read", StringComparison.Ordinal)) { stop.Cancel(); } } };
        var stopped = await Assert.ThrowsAsync<OperationCanceledException>(() => Trainer.TrainAsync(dataset, settings, Out, stopper, stop.Token));
        Assert.Equal($"stopped while the thresholds were set; the same command with --resume goes on from {Out}.checkpoint.", stopped.Message);
        Assert.Equal(16, stopper.Steps);

        stopped = await Assert.ThrowsAsync<OperationCanceledException>(() => Trainer.TrainAsync(dataset, settings with { Resume = true }, Out, null, stop.Token));
        Assert.Equal($"stopped while pictures were read; the same command with --resume goes on from {Out}.checkpoint.", stopped.Message);

        var resumed = new Recorder();
        await Trainer.TrainAsync(dataset, settings with { Resume = true }, Out, resumed);
        Assert.Equal(0, resumed.Steps);
        Assert.Equal([Out], Directory.GetFiles(_folder.Path, "out*"));
    }

    [Fact]
    public async Task Two_trainings_of_one_output_at_once_do_not_disturb_each_other()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Parts));
        RetortException? refused = null;
        var second = new Recorder
        {
            OnStep = (_, done) =>
            {
                if (done == 9)
                {
                    refused = Assert.Throws<RetortException>(() => Trainer.TrainAsync(dataset, Settings with { Seed = 6 }, Out).GetAwaiter().GetResult());
                }
            },
        };
        await Trainer.TrainAsync(dataset, Settings with { CheckpointEvery = TimeSpan.Zero }, Out, second);
        Assert.Equal($"{Out}: another training is writing this file; wait for its end or give another name.", refused!.Message);
        Assert.Equal(5ul, DetectorFile.ReadInfo(Out).Training.Seed);
        Assert.Equal([Out], Directory.GetFiles(_folder.Path, "out*"));
    }

    [FullDiskFact]
    public async Task A_disk_without_room_for_checkpoints_does_not_stop_a_training()
    {
        using var disk = new SmallDisk(_folder.Path, 64);
        string path = Path.Combine(disk.Path, "out.retort");
        var recorder = new Recorder { OnStep = (_, done) => { if (done == 16) { disk.Grow(1024); } } };
        await Trainer.TrainAsync(AnomalyDataset.Open(SyntheticParts.Write(Parts)), Settings with { Size = 64 }, path, recorder);
        Assert.Equal(16, recorder.Steps);
        string note = Assert.Single(recorder.Notes, n => !n.Contains("cannot show a rate", StringComparison.Ordinal));
        Assert.StartsWith($"warning: {path}.checkpoint: the disk is full; free some space", note, StringComparison.Ordinal);
        Assert.EndsWith("The training goes on without this checkpoint.", note, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(disk.Path));
    }

    [FullDiskFact]
    public async Task A_disk_without_room_for_the_detector_keeps_the_checkpoint_to_go_on_from()
    {
        // A checkpoint takes 96 KB, and another while it is replaced; the detector takes 160 KB beside it.
        using var disk = new SmallDisk(_folder.Path, 240);
        string path = Path.Combine(disk.Path, "out.retort");
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Parts));
        TrainingSettings settings = Settings with { Size = 64 };
        var failure = await Assert.ThrowsAsync<RetortException>(() => Trainer.TrainAsync(dataset, settings, path));
        Assert.StartsWith($"{path}: the disk is full; free some space", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith($"; the same command with --resume goes on from {path}.checkpoint.", failure.Message, StringComparison.Ordinal);
        Assert.Equal([path + ".checkpoint"], Directory.GetFiles(disk.Path));

        disk.Grow(1024);
        var resumed = new Recorder();
        await Trainer.TrainAsync(dataset, settings with { Resume = true }, path, resumed);
        Assert.Equal(0, resumed.Steps);
        Assert.Equal([path], Directory.GetFiles(disk.Path));
    }

    [Fact]
    public async Task Another_seed_gives_other_weights_and_the_same_seed_the_same()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Parts));
        await Trainer.TrainAsync(dataset, Settings, Out);
        byte[] first = Entry(Out, "weights.safetensors");
        await Trainer.TrainAsync(dataset, Settings with { MemoryBudget = 0, Threads = 2 }, Out);
        Assert.Equal(first, Entry(Out, "weights.safetensors"));
        await Trainer.TrainAsync(dataset, Settings with { Seed = 6 }, Out);
        Assert.NotEqual(first, Entry(Out, "weights.safetensors"));
    }

    [Fact]
    public async Task Resuming_with_other_settings_is_refused_and_names_the_option()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Parts));
        await StopAfterAsync(dataset, Settings, 3);
        string otherTeacher = SyntheticParts.WriteTeacher(Path.Combine(_folder.Path, "other.safetensors"), 0.25f);
        (string Option, TrainingSettings Settings)[] cases =
        [
            ("--seed: the checkpoint was made with 5 and this run has 6", Settings with { Seed = 6 }),
            ("--batch: the checkpoint was made with 4 and this run has 3", Settings with { Batch = 3 }),
            ("--steps: the checkpoint was made with 8,8 and this run has 8,9", Settings with { Steps = [8, 9] }),
            ("--set rate: the checkpoint was made with 0.2 and this run has 0.3", Settings with { MethodOptions = [new("rate", "0.3")] }),
            ("--rotate: the checkpoint was made with none and this run has slight", Settings with { Rotation = Rotation.Slight }),
            ("--teacher: the files are not those the checkpoint was made with", Settings with { Teacher = otherTeacher }),
            ("--textures: the checkpoint was made with procedural and this run has other files", Settings with { Textures = Path.Combine(Parts, "train", "good") }),
        ];
        foreach ((string expected, TrainingSettings settings) in cases)
        {
            var failure = await Assert.ThrowsAsync<RetortException>(() => Trainer.TrainAsync(dataset, settings with { Resume = true }, Out));
            Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
            Assert.EndsWith("make them the same, or train anew without --resume.", failure.Message, StringComparison.Ordinal);
        }

        SyntheticParts.Save(Path.Combine(Parts, "train", "good", "new.png"), SyntheticParts.Part(77, false));
        var other = await Assert.ThrowsAsync<RetortException>(() => Trainer.TrainAsync(AnomalyDataset.Open(Parts), Settings with { Resume = true }, Out));
        Assert.StartsWith("--data: the files are not those the checkpoint was made with", other.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Out + ".checkpoint"));
    }

    [Fact]
    public async Task Resuming_without_a_checkpoint_starts_from_the_beginning_and_says_so()
    {
        var recorder = new Recorder();
        await Trainer.TrainAsync(AnomalyDataset.Open(SyntheticParts.Write(Parts)), Settings with { Resume = true }, Out, recorder);
        Assert.Equal(16, recorder.Steps);
        Assert.Contains(recorder.Notes, n => n.Contains("there is no checkpoint to resume from", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_refused()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Parts));
        await StopAfterAsync(dataset, Settings, 3);
        byte[] bytes = File.ReadAllBytes(Out + ".checkpoint");
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(Out + ".checkpoint", bytes);
        var failure = await Assert.ThrowsAsync<RetortException>(() => Trainer.TrainAsync(dataset, Settings with { Resume = true }, Out));
        Assert.Contains("delete it and train anew without --resume", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loss_that_is_not_a_number_stops_and_keeps_the_checkpoint_of_before()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Parts));
        TrainingSettings settings = Settings with { MethodOptions = [new("fail-at", "11")] };
        var failure = await Assert.ThrowsAsync<RetortException>(() => Trainer.TrainAsync(dataset, settings, Out));
        Assert.StartsWith("pixel-statistics: the loss is not a number any more at step 3 of phase deviation;", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"({Out}.checkpoint is from before)", failure.Message, StringComparison.Ordinal);

        // It is that of the end of the first phase.
        var resumed = new Recorder();
        await Trainer.TrainAsync(dataset, Settings with { Resume = true }, Out, resumed);
        Assert.Equal(8, resumed.Steps);
    }

    [Fact]
    public async Task A_tiny_set_sets_its_thresholds_on_what_it_was_trained_on_and_warns()
    {
        var recorder = new Recorder();
        TrainingSummary summary = await Trainer.TrainAsync(AnomalyDataset.Open(SyntheticParts.Write(Parts, 3)), Settings, Out, recorder);
        Assert.Equal((3, 0), (summary.Pictures, summary.HeldBack));
        ThresholdBasis basis = DetectorFile.ReadInfo(Out).Thresholds.Basis;
        Assert.Equal((ThresholdBasis.TrainingPictures, 3), (basis.Source, basis.Pictures));
        Assert.StartsWith("The thresholds were set on pictures that were trained on", basis.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("warning: " + basis.Warnings[0], recorder.Notes);
    }

    [Fact]
    public async Task The_thresholds_are_set_on_the_held_back_pictures_and_none_of_them_is_trained_on()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Parts, 20));
        TrainerSplit split = TrainerSplit.Create(dataset.TrainGood, 0.25, 5);
        var calibration = new CalibrationSettings { FalsePositiveRate = 0.05 };
        TrainingSummary summary = await Trainer.TrainAsync(dataset, Settings with { HeldBack = 0.25, Calibration = calibration }, Out);
        using Detector detector = Detector.Load(Out, 1);
        float[] scores = [.. split.HeldBack.Select(p => detector.Inspect(p).Score)];
        float[] peaks = [.. split.HeldBack.Select(p => detector.Inspect(p).Map.Peak())];
        Assert.Equal(Calibrator.SetThresholds(new PictureScores(scores, peaks), PictureScores.None, calibration, ThresholdBasis.HeldBack), detector.Info.Thresholds);

        // The detector knows them again by their content.
        Assert.Equal(split.HeldBack.Select(p => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(p)))[..16]), summary.HeldBackDigests);

        // Without the held-back files on disk the weights are the same.
        byte[] weights = Entry(Out, "weights.safetensors");
        foreach (string path in split.HeldBack)
        {
            SyntheticParts.Save(path, SyntheticParts.Part(999, true));
        }

        await Trainer.TrainAsync(dataset, Settings with { HeldBack = 0.25 }, Out);
        Assert.Equal(weights, Entry(Out, "weights.safetensors"));
    }

    [Fact]
    public async Task A_bad_picture_stops_or_is_left_out_with_a_warning()
    {
        SyntheticParts.Write(Parts);
        string bad = Path.Combine(Parts, "train", "good", "text.png");
        File.WriteAllText(bad, "not a picture");
        AnomalyDataset dataset = AnomalyDataset.Open(Parts);
        TrainingSettings settings = Settings with { HeldBack = 0 };
        Assert.StartsWith(bad, (await Assert.ThrowsAsync<ImageException>(() => Trainer.TrainAsync(dataset, settings, Out))).Message, StringComparison.Ordinal);

        var recorder = new Recorder();
        TrainingSummary summary = await Trainer.TrainAsync(dataset, settings with { BadPictures = BadPicturePolicy.Skip }, Out, recorder);
        Assert.Equal(12, summary.Pictures);
        Assert.Contains("1 picture could not be read and was left out.", summary.Warnings);
        Assert.Contains(recorder.Notes, n => n.StartsWith($"left out: {bad}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bad_picture_among_those_held_back_shows_before_training_and_not_after_it()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Parts));
        string heldBack = Assert.Single(TrainerSplit.Create(dataset.TrainGood, Settings.HeldBack, Settings.Seed).HeldBack);
        File.WriteAllText(heldBack, "not a picture");
        var recorder = new Recorder();
        var failure = await Assert.ThrowsAsync<ImageException>(() => Trainer.TrainAsync(dataset, Settings, Out, recorder));
        Assert.StartsWith($"{heldBack} is not a PNG", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, recorder.Steps);

        // It was the only one that was held back.
        TrainingSummary summary = await Trainer.TrainAsync(dataset, Settings with { BadPictures = BadPicturePolicy.Skip }, Out);
        Assert.Equal((11, 0), (summary.Pictures, summary.HeldBack));
        Assert.Contains("1 picture could not be read and was left out.", summary.Warnings);
        Assert.Equal(ThresholdBasis.TrainingPictures, DetectorFile.ReadInfo(Out).Thresholds.Basis.Source);
    }

    [Fact]
    public async Task Progress_counts_steps_phases_and_time()
    {
        var recorder = new Recorder();
        await Trainer.TrainAsync(AnomalyDataset.Open(SyntheticParts.Write(Parts)), Settings, Out, recorder);
        TrainingProgress[] steps = [.. recorder.All.Where(p => p.Note is null)];
        Assert.Equal(Enumerable.Range(1, 8).Concat(Enumerable.Range(1, 8)), steps.Select(s => s.Step));
        Assert.All(steps, s => Assert.Equal((8, 2), (s.Steps, s.PhaseCount)));
        Assert.Equal(("mean", 0), (steps[0].Phase, steps[0].PhaseIndex));
        Assert.Equal(("deviation", 1), (steps[15].Phase, steps[15].PhaseIndex));
        Assert.Equal(steps[0].Loss, steps[0].SmoothedLoss);
        Assert.Equal((steps[0].Loss + steps[1].Loss + steps[2].Loss) / 3, steps[2].SmoothedLoss, 9);
        Assert.Null(steps[0].Remaining);
        Assert.Equal(TimeSpan.Zero, steps[15].Remaining);
        Assert.True(steps[9].StepsPerSecond > 0);
        Assert.True(steps[15].Elapsed >= steps[0].Elapsed);
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_told_before_training()
    {
        var recorder = new Recorder();
        string path = Path.Combine(_folder.Path, "missing", "out.retort");
        var failure = await Assert.ThrowsAsync<RetortException>(() => Trainer.TrainAsync(AnomalyDataset.Open(SyntheticParts.Write(Parts)), Settings, path, recorder));
        Assert.StartsWith($"{path}: its folder does not exist", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, recorder.Steps);
    }

    [Fact]
    public void Steps_must_be_given_for_each_phase()
    {
        var failure = Assert.Throws<RetortException>(() => (Settings with { Steps = [5] }).CreateOptions());
        Assert.Equal("--steps 5: pixel-statistics has 2 phases (mean, deviation); give a number for each, with commas between them.", failure.Message);
    }

    [Fact]
    public void Without_its_second_phase_DeSTSeg_takes_the_steps_of_one()
    {
        var settings = new TrainingSettings { Method = "destseg", Steps = [5], MethodOptions = [new("segmentation", "off")] };
        Assert.Equal([5], settings.CreateOptions().Steps);
        int first = new TrainingSettings { Method = "destseg" }.CreateOptions().Steps[0];
        Assert.Equal([first], (settings with { Steps = null }).CreateOptions().Steps);
        var failure = Assert.Throws<RetortException>(() => (settings with { Steps = [5, 5] }).CreateOptions());
        Assert.StartsWith("--steps 5,5: destseg has 1 phase (student); give", failure.Message, StringComparison.Ordinal);
    }

    private async Task StopAfterAsync(AnomalyDataset dataset, TrainingSettings settings, int steps)
    {
        using var stop = new CancellationTokenSource();
        var stopper = new Recorder { OnStep = (_, done) => { if (done == steps) { stop.Cancel(); } } };
        await Assert.ThrowsAsync<OperationCanceledException>(() => Trainer.TrainAsync(dataset, settings, Out, stopper, stop.Token));
    }

    private static byte[] Entry(string path, string name)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        using Stream stream = zip.GetEntry(name)!.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private sealed class Recorder : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public Action<TrainingProgress, int>? OnStep { get; init; }

        public Action<string>? OnNote { get; init; }

        public int Steps => All.Count(p => p.Note is null);

        public IEnumerable<string> Notes => All.Select(p => p.Note).OfType<string>();

        public void Report(TrainingProgress value)
        {
            All.Add(value);
            if (value.Note is null)
            {
                OnStep?.Invoke(value, Steps);
            }
            else
            {
                OnNote?.Invoke(value.Note);
            }
        }
    }
}
