using System.Text.Json;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Weights;

public class TorchCheckpointTests
{
    [Theory]
    [InlineData("zip.pth")]
    [InlineData("deflated.pth")]
    [InlineData("protocol4.pth")]
    [InlineData("legacy.pth")]
    public void Every_layout_gives_the_tensors_PyTorch_saved(string file)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Golden("checkpoint.json")));

        IReadOnlyList<NamedTensor> tensors = TorchCheckpoint.Read(TestFiles.Golden(file));

        JsonProperty[] wanted = [.. expected.RootElement.EnumerateObject()];
        Assert.Equal(wanted.Select(p => p.Name), tensors.Select(t => t.Name));
        Assert.True(wanted.Length > 30);
        for (int i = 0; i < wanted.Length; i++)
        {
            Assert.Equal(wanted[i].Value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()), tensors[i].Shape);
            Assert.Equal(wanted[i].Value.GetProperty("data").EnumerateArray().Select(e => e.GetSingle()), tensors[i].Data);
        }
    }

    [Fact]
    public void Parameters_of_the_first_PyTorch_versions_are_read()
    {
        IReadOnlyList<NamedTensor> tensors = TorchCheckpoint.Read(TestFiles.Golden("old.pth"));

        Assert.Equal(["conv.weight", "bn.running_mean"], tensors.Select(t => t.Name));
        Assert.Equal([2, 1, 2, 2], tensors[0].Shape);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], tensors[0].Data);
        Assert.Equal([0.5f, -1f], tensors[1].Data);
    }

    [Fact]
    public void Untyped_storages_of_newer_versions_are_read()
    {
        // _rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype): two halves behind one that is skipped.
        using MemoryStream file = new PickleWriter().Op('}').Text("w")
            .Global("torch._utils", "_rebuild_tensor_v3").Op('(').Op('(').Text("storage").Global("torch.storage", "UntypedStorage").Text("0").Text("cpu").Number(6).Op('t').Op('Q')
            .Number(1).Tuple(2).Tuple(1).Bytes(0x89).Op('N').Global("torch", "float16").Op('t').Op('R').Op('s')
            .ToZip(("0", [0, 0, 0x00, 0x3C, 0x00, 0xC0]));

        NamedTensor tensor = Assert.Single(TorchCheckpoint.Read(file, "new.pth"));

        Assert.Equal([1f, -2f], tensor.Data);
    }

    [Fact]
    public void Ordered_dictionaries_and_strings_of_Python_2_are_read()
    {
        using MemoryStream file = new PickleWriter().Global("collections", "OrderedDict").Op(']').Op(']').Bytes((byte)'U', 1, (byte)'w')
            .Op('a').Tensor("0", 2, 0, [2], [1]).Op('a').Op('a').Bytes(0x85).Op('R')
            .ToZip(("0", [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]));

        NamedTensor tensor = Assert.Single(TorchCheckpoint.Read(file, "old.pth"));

        Assert.Equal("w", tensor.Name);
        Assert.Equal([1f, 2f], tensor.Data);
    }

    [Fact]
    public void A_whole_module_is_refused_with_the_name_it_asks_for()
    {
        var e = Assert.Throws<WeightFileException>(() => TorchCheckpoint.Read(TestFiles.Golden("module.pth")));

        Assert.Contains("module.pth' cannot be read as a PyTorch checkpoint: it asks for Python's 'torch.nn.modules.conv.Conv2d'", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("; save the tensors alone with torch.save(model.state_dict(), file).", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var e = Assert.Throws<WeightFileException>(() => TorchCheckpoint.Read("nowhere/none.pth"));

        Assert.Equal("'nowhere/none.pth' does not exist; check the path.", e.Message);
    }

    [Fact]
    public void A_folder_is_no_file()
    {
        var e = Assert.Throws<WeightFileException>(() => TorchCheckpoint.Read(Path.GetTempPath()));

        Assert.EndsWith("cannot be opened; check that it is a file you may read.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zip.pth")]
    [InlineData("legacy.pth")]
    public void Truncation_anywhere_is_noticed(string file)
    {
        byte[] bytes = File.ReadAllBytes(TestFiles.Golden(file));
        for (int length = 0; length < bytes.Length; length += 13)
        {
            using var cut = new MemoryStream(bytes, 0, length);
            Assert.Throws<WeightFileException>(() => TorchCheckpoint.Read(cut, file));
        }
    }
}
