using Retort.Networks.Weights;
using Retort.Teachers;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Teachers;

public sealed class TeacherImportTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    private TeacherFolder Folder => new(Path.Combine(_root.Path, "teachers"));

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("resnet18", "")]
    [InlineData("resnet50", "backbone.")]
    public void A_network_is_recognised_folded_and_found_by_its_name(string network, string prefix)
    {
        ResNetArchitecture architecture = ResNetArchitecture.All.Single(a => a.Name == network);
        NamedTensor[] state = StateDict(architecture);
        string file = Write("net.bin", [.. state.Select(t => t with { Name = prefix + t.Name }), new("fc.weight", [2], [1, 2])]);

        ImportedTeacher imported = TeacherImport.Import(file, null, Folder);

        Assert.Equal((architecture, true), (imported.Architecture, imported.IsNew));
        Assert.Equal($"{network}-{CheckpointFile.Load(file).Sha256[..8]}", imported.Name);
        Assert.Equal(imported.Path, Folder.Find(network));
        Assert.Equal(imported.Path, Folder.Find(imported.Name));
        IReadOnlyList<NamedTensor> expected = TorchvisionResNet.FoldTrunk(state, architecture);
        IReadOnlyList<NamedTensor> found = TeacherFile.Load(imported.Path, architecture).Tensors;
        Assert.Equal(expected.Select(t => t.Name), found.Select(t => t.Name));
        Assert.All(expected.Zip(found), pair => Assert.True(pair.First.Data.AsSpan().SequenceEqual(pair.Second.Data)));
        InstalledTeacher listed = Assert.Single(Folder.List());
        Assert.Equal(("imported from net.bin", imported.OriginSha256), (listed.Source, listed.OriginSha256));
    }

    [Fact]
    public void A_name_of_ones_own_is_taken_and_kept_by_what_has_it()
    {
        string file = Write("a.safetensors", StateDict(ResNetArchitecture.ResNet18));
        ImportedTeacher first = TeacherImport.Import(file, "my-net_2.0", Folder);
        Assert.Equal((Path.Combine(Folder.Path, "my-net_2.0.safetensors"), true), (first.Path, first.IsNew));
        Assert.Equal(first.Path, Folder.Find("my-net_2.0"));

        ImportedTeacher again = TeacherImport.Import(file, "my-net_2.0", Folder);
        Assert.Equal((first.Path, false), (again.Path, again.IsNew));

        string other = Write("b.safetensors", [.. StateDict(ResNetArchitecture.ResNet18), new("other", [1], [1])]);
        var failure = Assert.Throws<RetortException>(() => TeacherImport.Import(other, "my_net_2.0", Folder));
        Assert.Equal($"--name my_net_2.0: {first.Path} is another teacher of that name; give another --name, or remove that file.", failure.Message);
    }

    [Fact]
    public void A_file_that_lies_in_the_folder_already_needs_no_import()
    {
        Folder.Create();
        string file = Write(Path.Combine("teachers", "resnet18.safetensors"), StateDict(ResNetArchitecture.ResNet18));
        ImportedTeacher imported = TeacherImport.Import(file, "resnet18", Folder);
        Assert.Equal((file, false), (imported.Path, imported.IsNew));
    }

    [Fact]
    public void A_name_that_promises_another_network_is_refused()
    {
        string file = Write("a.safetensors", StateDict(ResNetArchitecture.ResNet18));
        var failure = Assert.Throws<RetortException>(() => TeacherImport.Import(file, "resnet50-mine", Folder));
        Assert.Equal($"--name resnet50-mine: {file} holds a resnet18 and not a resnet50; give another --name.", failure.Message);
        failure = Assert.Throws<RetortException>(() => TeacherImport.Import(file, "built_in", Folder));
        Assert.Equal("--name built_in: the teacher that is part of Retort is called so; give another --name.", failure.Message);
    }

    [Theory]
    [InlineData("../resnet18")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("ü")]
    public void A_name_that_is_a_path_or_hidden_is_refused(string name)
    {
        var failure = Assert.Throws<RetortException>(() => TeacherImport.Import("none.pth", name, Folder));
        Assert.StartsWith($"--name {name}: a name is made of letters, digits,", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_holds_no_such_network_is_refused_and_nothing_is_made()
    {
        string file = Write("a.safetensors", [new("weight", [1], [1])]);
        var failure = Assert.Throws<WeightFileException>(() => TeacherImport.Import(file, null, Folder));
        Assert.Equal($"'{file}' holds the state dict of none of resnet18, resnet34, resnet50, wide_resnet50_2; give one of torchvision's or timm's networks of these names.", failure.Message);
        Assert.False(Directory.Exists(Folder.Path));
    }

    // Batch norms not folded, as torchvision publishes them.
    private static NamedTensor[] StateDict(ResNetArchitecture architecture) =>
        [.. architecture.Convolutions(3).SelectMany(c => (NamedTensor[])
        [
            FormulaTensors.Parameter($"{c.Name}.weight", [c.Outputs, c.Inputs, c.Kernel, c.Kernel]),
            .. ((string[])["weight", "bias", "running_mean", "running_var"]).Select(part => FormulaTensors.Parameter($"{c.Normalization}.{part}", [c.Outputs])),
        ])];

    private string Write(string name, IReadOnlyList<NamedTensor> tensors)
    {
        string path = Path.Combine(_root.Path, name);
        SafeTensors.Write(path, tensors);
        return path;
    }
}
