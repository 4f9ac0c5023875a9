using System.Runtime.CompilerServices;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Methods.Stfpm;
using Retort.Networks;
using Retort.Networks.Layers;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;
using Retort.Teachers;
using Retort.Tests.Training;
using Retort.Training;

namespace Retort.Tests.Teachers;

public sealed class BuiltInTeacherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_a_ResNet_18_to_layer3_in_at_most_6_MB()
    {
        TeacherFile teacher = BuiltInTeacher.Load();
        Assert.Equal(ResNetArchitecture.ResNet18.Convolutions(3).SelectMany(c => new[] { c.Name + ".weight", c.Name + ".bias" }), teacher.Tensors.Select(t => t.Name));
        Assert.All(teacher.Tensors, t => Assert.True(Array.TrueForAll(t.Data, float.IsFinite), t.Name));
        using Stream file = BuiltInTeacher.Open();
        Assert.InRange(file.Length, 5_500_000, 6_000_000);
    }

    [Fact]
    public void Its_documentation_names_its_hash()
    {
        string text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "teacher.md"));
        Assert.Contains(BuiltInTeacher.Load().Sha256, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_features_have_three_levels_and_every_one_tells_places_apart()
    {
        IReadOnlyList<float[]> levels = Features(BuiltInTeacher.Load().Tensors, SyntheticParts.Part(7, defective: true));
        Assert.Equal([16 * 16 * 64, 8 * 8 * 128, 4 * 4 * 256], levels.Select(l => l.Length));
        foreach ((int level, float[] features) in levels.Index())
        {
            Assert.True(Array.TrueForAll(features, v => float.IsFinite(v) && v >= 0), $"layer{level + 1}");

            // Behind a ReLU: a channel that is zero everywhere tells nothing.
            int channels = 64 << level;
            int alive = Enumerable.Range(0, channels).Count(c => features.Where((_, i) => i % channels == c).Distinct().Count() > 1);
            Assert.True(alive > channels / 2, $"{alive} of {channels} channels of layer{level + 1} differ from place to place");
        }
    }

    [SharedDataFact]
    public void On_a_picture_of_a_part_its_features_are_close_to_those_it_learned_from()
    {
        string original = Path.Combine(SharedDataFactAttribute.Folder, "..", "weights", "resnet18-imagenet-folded.safetensors");
        RgbImage picture = ImageFile.Decode(Directory.EnumerateFiles(Path.Combine(SharedDataFactAttribute.Folder, "bottle", "train", "good")).Order(StringComparer.Ordinal).First());
        IReadOnlyList<float[]> small = Features(BuiltInTeacher.Load().Tensors, picture), big = Features(TeacherFile.Load(original, ResNetArchitecture.ResNet18).Tensors, picture);
        double[] cosines = [.. small.Zip(big, (s, b) => Dot(s, b) / Math.Sqrt(Dot(s, s) * Dot(b, b)))];
        Assert.All(cosines, c => Assert.True(c > 0.85, string.Join(' ', cosines)));
    }

    [Fact]
    public async Task A_method_that_wants_a_ResNet_18_learns_from_it_without_any_file()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts")));
        var settings = new TrainingSettings { Method = "stfpm", Preset = "quick", Steps = [8], Batch = 4, Size = 64, Threads = 1, Seed = 3 };
        string path = Path.Combine(_folder.Path, "part.retort");
        var losses = new Losses();
        await Trainer.TrainAsync(dataset, settings, path, losses);
        Assert.Equal(8, losses.Count);
        Assert.True(losses[^1] < 0.9 * losses[0], $"The loss went from {losses[0]} to {losses[^1]}.");

        DetectorInfo info = DetectorFile.ReadInfo(path);
        Assert.Equal(("built-in", BuiltInTeacher.Load().Sha256), (info.Teacher, info.TeacherSha256));
        using Detector detector = Detector.Load(path, 1);
        Assert.True(detector.Verify().Passed);
        Assert.True(new StfpmOptions().Teacher == BuiltInTeacher.Architecture);
    }

    [Fact]
    public async Task A_checkpoint_of_another_teacher_is_refused()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts")));
        PixelStatistics.Register();
        var settings = new TrainingSettings
        {
            Method = PixelStatistics.Name,
            Steps = [4, 4],
            MethodOptions = [new("fail-at", "6")],
            Threads = 1,
            Teacher = SyntheticParts.WriteTeacher(Path.Combine(_folder.Path, "resnet18.safetensors")),
        };
        string path = Path.Combine(_folder.Path, "part.retort");
        await Assert.ThrowsAsync<RetortException>(() => Trainer.TrainAsync(dataset, settings, path));
        Assert.True(File.Exists(path + ".checkpoint"));

        RetortException e = await Assert.ThrowsAsync<RetortException>(() => Trainer.TrainAsync(dataset, settings with { Teacher = null, Resume = true }, path));
        Assert.StartsWith("--teacher: the files are not those the checkpoint was made with", e.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<float[]> Features(IReadOnlyList<NamedTensor> teacher, RgbImage picture)
    {
        const int side = 64;
        var parameters = new ParameterSet();
        var graph = new Graph(parameters);
        Value input = graph.Input("picture", new Shape(1, side, side, 3));
        IReadOnlyList<Value> levels = ResNet.Trunk(graph, input, "", 3, folded: true);
        parameters.Import(teacher, "", strip: true);
        using var pool = new WorkerPool(1);
        using InferencePlan plan = InferencePlan.Compile(levels, pool);
        Normalization.ImageNet.Apply(PillowResize.Bilinear(picture, side, side).Pixels, plan.Input("picture"));
        plan.Run();
        return [.. levels.Select((_, i) => plan.Output(i).ToArray())];
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private sealed class Losses : List<double>, IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Note is null)
            {
                Add(value.Loss);
            }
        }
    }
}
