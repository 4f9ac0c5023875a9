using Retort.Data;
using Retort.Methods;
using Retort.Methods.DeSTSeg;
using Retort.Methods.MutualMapping;
using Retort.Training;

namespace Retort.Tests.Training;

public sealed class TrainingSettingsTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Options_of_a_type_name_their_method_and_are_copied()
    {
        var given = new MutualMappingOptions { Slots = 33, Steps = [12, 3] };
        TrainingSettings settings = TrainingSettings.For(given);
        Assert.Equal("mutual-mapping", settings.Method);
        var options = (MutualMappingOptions)(settings with { Size = 128, MethodOptions = [new("top", "7")] }).CreateOptions();
        Assert.Equal((33, 128, 7), (options.Slots, options.Size, options.Top));
        Assert.Equal((256, 1), (given.Size, given.Top));
    }

    [Fact]
    public void A_preset_can_be_changed_by_code()
    {
        var options = (DeSTSegOptions)MethodCatalog.CreateOptions("destseg", "quick");
        options.Steps = [3, 4];
        Assert.Equal([3, 4], TrainingSettings.For(options).CreateOptions().Steps);
        Assert.Equal("off", TrainingSettings.For(new DeSTSegOptions { L1 = false, Steps = [1, 1] }).CreateOptions().ToJson()["l1"]!.ToString());
        Assert.Equal(["destseg", "mutual-mapping", "bidirectional", "reverse-distillation", "stfpm"], MethodCatalog.Ids);
    }

    [Fact]
    public async Task A_logger_is_told_what_a_training_does()
    {
        var logger = new ListLogger();
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts"), 3));
        string path = Path.Combine(_folder.Path, "out.retort");
        var settings = new TrainingSettings { Method = PixelStatistics.Name, Teacher = teacher.Path, Threads = 1, Logger = logger };
        await Trainer.TrainAsync(dataset, settings, path);
        Assert.Equal("Information: Training pixel-statistics on 3 pictures of parts: 16 steps", logger.Lines[0]);
        Assert.StartsWith("Information: Phase mean ended after 8 steps with a loss of ", logger.Lines[1], StringComparison.Ordinal);
        Assert.Equal($"Debug: Wrote checkpoint {path}.checkpoint after 8 steps", logger.Lines[2]);
        Assert.StartsWith("Information: Phase deviation ended after 8 steps", logger.Lines[3], StringComparison.Ordinal);
        Assert.StartsWith("Warning: The thresholds were set on pictures that were trained on", logger.Lines[5], StringComparison.Ordinal);
        Assert.StartsWith("Warning: 3 good pictures cannot show a rate of 2 %", logger.Lines[6], StringComparison.Ordinal);
        Assert.StartsWith($"Information: Wrote {path} after ", logger.Lines[7], StringComparison.Ordinal);
        Assert.Equal(8, logger.Lines.Count);
    }
}
