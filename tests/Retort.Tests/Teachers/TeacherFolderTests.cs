using Retort.Networks.Weights;
using Retort.Teachers;

namespace Retort.Tests.Teachers;

public sealed class TeacherFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("resnet18", "resnet18-f37072fd.pth", "resnet18-f37072fd.pth", "resnet18x.pth", "resnet18-notes.txt", "resnet18-f37072fd.pth.partial")]
    [InlineData("resnet18", "resnet18-f37072fd.pth", "resnet18-00000000.safetensors", "resnet18-f37072fd.pth")]
    [InlineData("resnet18", "resnet18.safetensors", "resnet18-f37072fd.pth", "resnet18.safetensors")]
    [InlineData("resnet18", "resnet18.a1_in1k.safetensors", "resnet18.a1_in1k.safetensors", "resnet180.pth")]
    [InlineData("resnet18-1", "resnet18-1.pt", "resnet18-1.pt", "resnet18-f37072fd.pth")]
    [InlineData("wide-resnet50-2", "wide_resnet50_2-95faca4d.pth", "wide_resnet50_2-95faca4d.pth", "resnet50-0676ba61.pth")]
    [InlineData("wide_resnet50_2", "wide-resnet50-2.safetensors", "wide-resnet50-2.safetensors")]
    [InlineData("mine", "mine.safetensors", "mine.safetensors", "min.safetensors")]
    [InlineData("mine", null, "my.safetensors", "mine")]
    public void A_name_is_that_of_a_file_or_its_beginning_and_the_closest_one_counts(string name, string? expected, params string[] files)
    {
        foreach (string file in files)
        {
            _folder.Touch(file);
        }

        Assert.Equal(expected, Path.GetFileName(new TeacherFolder(_folder.Path).Find(name)));
    }

    [Fact]
    public void A_folder_that_is_not_there_holds_nothing()
    {
        var folder = new TeacherFolder(Path.Combine(_folder.Path, "none"));
        Assert.Null(folder.Find("resnet18"));
        Assert.Empty(folder.List());
    }

    [Fact]
    public void The_list_tells_size_checksum_and_source_of_each()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "a.pth"), "abc");
        _folder.Touch("resnet50-0676ba61.pth");
        _folder.Touch("torn.safetensors");
        _folder.Touch("notes.txt");
        SafeTensors.Write(Path.Combine(_folder.Path, "plain.safetensors"), [new NamedTensor("x", [1], [1])]);

        IReadOnlyList<InstalledTeacher> list = new TeacherFolder(_folder.Path).List();

        Assert.Equal(["a", "plain", "resnet50-0676ba61", "torn"], list.Select(t => t.Name));
        Assert.Equal(new InstalledTeacher("a", Path.Combine(_folder.Path, "a.pth"), 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "a file that was put there"), list[0]);
        Assert.Equal("a file that was put there", list[1].Source);
        Assert.Equal("damaged: it has torchvision's name but not its content", list[2].Source);
        Assert.Equal("damaged: it is not a safetensors file", list[3].Source);
    }
}
