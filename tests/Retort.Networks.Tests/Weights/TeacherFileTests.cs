using System.Security.Cryptography;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Weights;

public class TeacherFileTests
{
    [Fact]
    public void The_content_decides_what_a_file_is_not_its_name()
    {
        using var folder = new TemporaryFolder();
        NamedTensor[] state = TorchvisionResNetTests.MakeStateDict(ResNetArchitecture.ResNet18, 1);
        string asSafeTensors = folder.File("teacher.pth");
        SafeTensors.Write(asSafeTensors, state);
        string asZip = folder.File("teacher.safetensors");
        File.WriteAllBytes(asZip, MakeZip(state));

        TeacherFile a = TeacherFile.Load(asSafeTensors, ResNetArchitecture.ResNet18, 1);
        TeacherFile b = TeacherFile.Load(asZip, ResNetArchitecture.ResNet18, 1);

        IReadOnlyList<NamedTensor> expected = TorchvisionResNet.FoldTrunk(state, 1);
        foreach (TeacherFile teacher in (TeacherFile[])[a, b])
        {
            Assert.Equal(expected.Select(t => t.Name), teacher.Tensors.Select(t => t.Name));
            for (int i = 0; i < expected.Count; i++)
                Assert.True(expected[i].Data.AsSpan().SequenceEqual(teacher.Tensors[i].Data));
        }

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(asZip))), b.Sha256);
        Assert.NotEqual(a.Sha256, b.Sha256);
    }

    [Theory]
    [InlineData(19280)]
    [InlineData(640)]
    public void Safetensors_whose_header_length_looks_like_another_signature_are_recognised(int headerLength)
    {
        // 19280 begins with the bytes 'PK', 640 with pickle's first opcode.
        using var folder = new TemporaryFolder();
        string path = folder.File("teacher");
        using (var stream = new MemoryStream())
        {
            SafeTensors.Write(stream, [new NamedTensor("a", [1], [1])], new Dictionary<string, string> { ["padding"] = new string(' ', headerLength - 90) });
            byte[] file = stream.ToArray();
            Assert.Equal(headerLength, BitConverter.ToInt64(file));
            File.WriteAllBytes(path, file);
        }

        var e = Assert.Throws<WeightFileException>(() => TeacherFile.Load(path, ResNetArchitecture.ResNet18));

        Assert.Equal($"'{path}' lacks the tensor conv1.weight [64, 3, 7, 7]; give the state dict of a resnet18 of torchvision or timm.", e.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PK")]
    [InlineData("<!DOCTYPE html><html>")]
    [InlineData("version https://git-lfs.github.com/spec/v1")]
    public void Other_files_are_refused_in_one_sentence(string content)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("teacher.pth");
        File.WriteAllText(path, content);

        var e = Assert.Throws<WeightFileException>(() => TeacherFile.Load(path, ResNetArchitecture.ResNet18));

        Assert.StartsWith($"'{path}' cannot be read as ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
    }

    [SharedTeacherFact]
    public void The_shared_folded_teacher_loads_as_it_is()
    {
        TeacherFile teacher = TeacherFile.Load(TestFiles.SharedTeacher, ResNetArchitecture.ResNet18);

        Assert.Equal(ResNetArchitecture.ResNet18.Convolutions(3).SelectMany(c => new[] { $"{c.Name}.weight", $"{c.Name}.bias" }), teacher.Tensors.Select(t => t.Name));
        Assert.Equal(2_780_544, teacher.Tensors.Sum(t => t.Data.Length));
        Assert.Equal(64, teacher.Sha256.Length);
    }

    private static byte[] MakeZip(NamedTensor[] state)
    {
        var pickle = new PickleWriter().Op('}');
        var storages = new List<(string, byte[])>();
        foreach (NamedTensor tensor in state)
        {
            string key = storages.Count.ToString();
            long[] shape = [.. tensor.Shape.Select(extent => (long)extent)];
            long[] strides = new long[shape.Length];
            for (int i = shape.Length - 1, stride = 1; i >= 0; stride *= (int)shape[i--])
                strides[i] = stride;
            pickle.Text(tensor.Name).Tensor(key, tensor.Data.Length, 0, shape, strides).Op('s');
            storages.Add((key, System.Runtime.InteropServices.MemoryMarshal.AsBytes(tensor.Data.AsSpan()).ToArray()));
        }

        using MemoryStream zip = pickle.ToZip([.. storages]);
        return zip.ToArray();
    }
}
