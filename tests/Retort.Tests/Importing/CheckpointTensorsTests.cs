using Retort.Importing;
using Retort.Networks.Weights;

namespace Retort.Tests.Importing;

/// <summary>What is wrong with a checkpoint is told by the checkpoint's own names. Shapes alone count here: the tensors are empty.</summary>
public sealed class CheckpointTensorsTests
{
    private readonly CheckpointSample _destseg = new("destseg");
    private readonly CheckpointSample _rd4ad = new("rd4ad");

    [Theory]
    [InlineData("segmentation_net.head.0.aspp_feature_extractors.2.norm.bias", "[256]")]
    [InlineData("student_net.decoder_layer3.0.downsample.0.weight", "[256, 512, 1, 1]")]
    [InlineData("segmentation_net.head.4.bias", "[1]")]
    public void A_missing_tensor_is_named(string name, string shape) =>
        Fails($"x.pth: the tensor {name} {shape} of a checkpoint of DeSTSeg's authors is missing; give a whole checkpoint.", _destseg, ("x.pth", _destseg.Shapes.Where(t => t.Name != name)));

    [Fact]
    public void A_superfluous_tensor_is_named() => Fails(
        "x.pth: it holds the tensor student_net.decoder_layer5.0.conv1.weight [3], which a checkpoint of DeSTSeg's authors with its other tensors does not have; give an unchanged checkpoint.",
        _destseg,
        ("x.pth", [.. _destseg.Shapes, Empty("student_net.decoder_layer5.0.conv1.weight", 3)]));

    [Fact]
    public void A_tensor_of_another_model_is_named() => Fails(
        "x.pth: it holds the tensor memory_bank [8, 512], which a checkpoint of DeSTSeg's authors does not have; give such a checkpoint, or another --from.",
        _destseg,
        ("x.pth", [Empty("memory_bank", 8, 512)]));

    [Fact]
    public void A_tensor_of_another_shape_is_named_with_both() => Fails(
        "x.pth: it holds student_net.decoder_layer1.1.bn2.weight as [65] where a checkpoint of DeSTSeg's authors has [64]; give an unchanged checkpoint.",
        _destseg,
        ("x.pth", _destseg.Shapes.Select(t => t.Name == "student_net.decoder_layer1.1.bn2.weight" ? Empty(t.Name, 65) : t)));

    [Fact]
    public void Values_that_are_not_finite_are_named() => Fails(
        "x.pth: it holds values for decoder.layer2.0.bn1.bias that are not finite; give a checkpoint of a training that did not fail.",
        _rd4ad,
        ("x.pth", _rd4ad.Shapes.Select(t => t.Name == "decoder.layer2.0.bn1.bias" ? new NamedTensor(t.Name, t.Shape, [float.NaN]) : t)));

    [Fact]
    public void A_part_that_is_given_twice_is_named() => Fails(
        "b.pth: it holds the tensor bn.conv1.weight, which another file or name gave already; give each part once.",
        _rd4ad,
        ("a.pth", _rd4ad.Shapes),
        ("b.pth", _rd4ad.Shapes.Where(t => t.Name == "bn.conv1.weight")));

    [Fact]
    public void A_part_that_is_not_given_is_named_with_all_files() => Fails(
        "bn.pth: the tensor decoder.layer1.0.conv1.weight [512, 256, 2, 2] of a checkpoint of reverse distillation's authors is missing; give a whole checkpoint.",
        _rd4ad,
        ("bn.pth", _rd4ad.Shapes.Where(t => t.Name.StartsWith("bn.", StringComparison.Ordinal))));

    [Fact]
    public void Layers_that_the_release_declares_and_does_not_use_are_passed_over()
    {
        Assert.Contains(_rd4ad.Shapes, t => t.Name == "bn.conv4.weight");
        Assert.Contains(_rd4ad.Shapes, t => t.Name == "bn.bn1.num_batches_tracked");
        string[] taken = [.. _rd4ad.Take(("x.pth", [.. _rd4ad.Shapes, Empty("bn.memory.slots", 50, 10)])).Select(t => t.Name)];
        Assert.DoesNotContain(taken, n => n.Contains("conv4", StringComparison.Ordinal) || n.Contains("bn4", StringComparison.Ordinal) || n.Contains("memory", StringComparison.Ordinal));
        Assert.Contains("bn.conv3.weight", taken);
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("state_dict.")]
    [InlineData("model.module.")]
    public void A_model_is_found_within_a_training_checkpoint(string wrapping)
    {
        IEnumerable<NamedTensor> wrapped = _destseg.Shapes.Select(t => t with { Name = wrapping + t.Name });
        Assert.Equal(_destseg.Take(("x.pth", _destseg.Shapes)).Count, _destseg.Take(("x.pth", [Empty("optimizer.state.0.momentum_buffer", 3), .. wrapped])).Count);
    }

    [Fact]
    public void Parts_may_lie_in_files_of_their_own_without_their_names()
    {
        IEnumerable<NamedTensor> Part(string prefix) => _rd4ad.Shapes.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(t => t with { Name = t.Name[prefix.Length..] });
        IReadOnlyList<NamedTensor> whole = _rd4ad.Take(("x.pth", _rd4ad.Shapes));
        IReadOnlyList<NamedTensor> pieced = _rd4ad.Take(("d.pth", Part("decoder.")), ("b.pth", Part("bn.")), ("e.pth", Part("encoder.")));
        Assert.Equal(whole.Select(t => t.Name), pieced.Select(t => t.Name));
    }

    [Theory]
    [InlineData("resnet18", 512, 3, 2)]
    [InlineData("resnet34", 512, 3, 3)]
    [InlineData("resnet50", 512, 1, 3)]
    [InlineData("wide_resnet50_2", 1024, 1, 3)]
    public void The_teacher_that_reverse_distillation_had_is_told_by_its_tensors(string expected, int outputs, int kernel, int blocks)
    {
        var tensors = new CheckpointTensors(_rd4ad.Format,
        [
            ("x.pth", new CheckpointFile(
                [
                    Empty("bn.bn_layer.0.conv1.weight", outputs, 3072, kernel, kernel),
                    .. Enumerable.Range(0, blocks).Select(b => Empty($"decoder.layer1.{b}.conv1.weight", 1)),
                ], "")),
        ]);
        Assert.Equal(expected, _rd4ad.Format.Recognise(tensors).Teacher.Name);
    }

    private static void Fails(string expected, CheckpointSample sample, params (string Path, IEnumerable<NamedTensor> Tensors)[] files) =>
        Assert.Equal(expected, Assert.Throws<RetortException>(() => sample.Take(files)).Message);

    private static NamedTensor Empty(string name, params int[] shape) => new(name, shape, []);
}
