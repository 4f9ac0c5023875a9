using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Numerics;
using Retort.Teachers;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Teachers;

public sealed class DistillationTrainingTests : IDisposable
{
    private readonly WorkerPool _pool = new(1);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Where_the_big_network_has_more_channels_a_mapping_to_them_is_learned_and_thrown_away()
    {
        var settings = new DistillationSettings { Data = ["photos"], Teacher = "resnet50", Batch = 1, Crop = 64, Steps = 2 };
        using var training = new DistillationTraining(settings, Teacher(ResNetArchitecture.ResNet50), _pool);
        Parameter[] mapping = [.. training.Parameters.All.Where(p => p.Name.StartsWith("projection.", StringComparison.Ordinal))];
        Assert.Equal(
            ["layer1.bias 256", "layer1.weight 256,64,1,1", "layer2.bias 512", "layer2.weight 512,128,1,1", "layer3.bias 1024", "layer3.weight 1024,256,1,1"],
            mapping.Select(p => $"{p.Name["projection.".Length..]} {string.Join(',', p.FileShape)}").Order(StringComparer.Ordinal));

        float[] before = [.. mapping.Select(p => p.Data.Span.ToArray().Sum())];
        float[] crops = FormulaTensors.Uniform("crops", 64 * 64 * 3);
        double first = training.Step(0, crops), second = training.Step(1, crops);
        Assert.True(double.IsFinite(first) && second != first);
        Assert.All(mapping.Zip(before), m => Assert.NotEqual(m.Second, m.First.Data.Span.ToArray().Sum()));
        Assert.Equal(
            ResNetArchitecture.ResNet18.Convolutions(3).SelectMany(c => new[] { c.Name + ".weight", c.Name + ".bias" }),
            training.ExportFolded().Select(t => t.Name));
    }

    [Fact]
    public void Channels_that_agree_need_no_mapping()
    {
        var settings = new DistillationSettings { Data = ["photos"], Teacher = "resnet34", Batch = 1, Crop = 64 };
        using var training = new DistillationTraining(settings, Teacher(ResNetArchitecture.ResNet34), _pool);
        Assert.DoesNotContain(training.Parameters.All, p => p.Name.StartsWith("projection.", StringComparison.Ordinal));
    }

    private static TeacherFile Teacher(ResNetArchitecture architecture) => new(architecture, FormulaTensors.Teacher(architecture), new string('0', 64));
}
