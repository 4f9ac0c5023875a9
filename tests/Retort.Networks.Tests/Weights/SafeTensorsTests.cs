using System.Buffers.Binary;
using System.Text;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Weights;

public class SafeTensorsTests
{
    private static readonly float[] Numbers = [-2.5f, -1, 0, 0.1f, 1, 100];

    [Fact]
    public void All_number_formats_are_read_in_the_order_of_their_data()
    {
        SafeTensorsContent content = SafeTensors.Read(TestFiles.Golden("types.safetensors"));

        Assert.Equal(["f32", "f64", "f16", "bf16", "i64", "i32", "u8", "scalar", "empty"], content.Tensors.Select(t => t.Name));
        Assert.Equal([2, 3], content.Tensors[0].Shape);
        Assert.Equal(Numbers, content.Tensors[0].Data);
        Assert.Equal(Numbers, content.Tensors[1].Data);
        Assert.Equal([-2.5f, -1, 0, 0.0999755859375f, 1, 100], content.Tensors[2].Data);
        Assert.Equal([-2.5f, -1, 0, 0.10009765625f, 1, 100], content.Tensors[3].Data);
        Assert.Equal([-2, -1, 0, 0, 1, 100], content.Tensors[4].Data);
        Assert.Equal([-2, -1, 0, 0, 1, 100], content.Tensors[5].Data);
        Assert.Equal([2, 1, 0, 0, 1, 100], content.Tensors[6].Data);
        Assert.Equal([3, 2], content.Tensors[6].Shape);
        Assert.Equal([], content.Tensors[7].Shape);
        Assert.Equal([1.5f], content.Tensors[7].Data);
        Assert.Equal([0, 4], content.Tensors[8].Shape);
        Assert.Equal("1", content.Metadata["größe"]);
        Assert.Equal(content.Metadata, SafeTensors.ReadMetadata(TestFiles.Golden("types.safetensors")));
    }

    [Fact]
    public void Tensors_can_be_read_one_by_one()
    {
        string path = TestFiles.Golden("types.safetensors");
        IReadOnlyList<NamedTensor> all = SafeTensors.Read(path).Tensors;
        using FileStream file = File.OpenRead(path);
        int i = 0;
        foreach (NamedTensor tensor in SafeTensors.ReadEach(file, "name"))
        {
            Assert.Equal((all[i].Name, all[i].Length), (tensor.Name, tensor.Length));
            Assert.Equal(all[i].Data, tensor.Data);
            i++;
        }

        Assert.Equal(all.Count, i);
        using var cut = new MemoryStream(File.ReadAllBytes(path)[..^1]);
        WeightFileException e = Assert.Throws<WeightFileException>(() => SafeTensors.ReadEach(cut, "name").Count());
        Assert.StartsWith("'name' cannot be read as a safetensors file", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_and_reading_gives_the_same_and_the_same_bytes_each_time()
    {
        NamedTensor[] tensors = [new("b", [2, 1], [1, float.NaN]), new("größe \"a\"", [], [float.MinValue]), new("none", [0, 3], [])];
        var metadata = new Dictionary<string, string> { ["z"] = "1", ["a"] = "2" };
        using var folder = new TemporaryFolder();
        string path = folder.File("w.safetensors");

        SafeTensors.Write(path, tensors, metadata);
        SafeTensorsContent content = SafeTensors.Read(path);
        using var again = new MemoryStream();
        SafeTensors.Write(again, tensors, metadata.Reverse().ToDictionary());

        Assert.Equal(tensors.Select(t => t.Name), content.Tensors.Select(t => t.Name));
        for (int i = 0; i < tensors.Length; i++)
        {
            Assert.Equal(tensors[i].Shape, content.Tensors[i].Shape);
            Assert.Equal(tensors[i].Data, content.Tensors[i].Data);
        }

        Assert.Equal(metadata, content.Metadata);
        Assert.Equal(File.ReadAllBytes(path), again.ToArray());
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Halves_take_half_the_room_and_are_rounded_to_the_nearest()
    {
        using var stream = new MemoryStream();
        float[] values = [.. Enumerable.Range(0, 70_000).Select(i => i * 1e-4f)];
        SafeTensors.Write(stream, [new NamedTensor("w", [7, 10_000], values), new NamedTensor("b", [2], [0.1f, -65504])], null, TensorPrecision.Half);
        stream.Position = 0;
        SafeTensorsContent content = SafeTensors.Read(stream, "name");

        Assert.Equal([7, 10_000], content.Tensors[0].Shape);
        Assert.Equal(values.Select(v => (float)(Half)v), content.Tensors[0].Data);
        Assert.Equal([0.0999755859375f, -65504], content.Tensors[1].Data);
        Assert.InRange(stream.Length, 140_004, 140_400);
    }

    [Fact]
    public void The_data_begins_on_a_boundary_of_eight_bytes()
    {
        for (int length = 1; length <= 9; length++)
        {
            using var stream = new MemoryStream();
            SafeTensors.Write(stream, [new NamedTensor(new string('x', length), [1], [1])]);
            Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(stream.ToArray()) % 8);
        }
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("w.safetensors");
        SafeTensors.Write(path, [new NamedTensor("a", [1], [1])]);

        Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [new NamedTensor("a", [2], [1])]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [new NamedTensor("a", [1], [1]), new NamedTensor("a", [1], [2])]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [new NamedTensor("__metadata__", [1], [1])]));

        Assert.Equal([1f], Assert.Single(SafeTensors.Read(path).Tensors).Data);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_named()
    {
        var e = Assert.Throws<WeightFileException>(() => SafeTensors.Write("nowhere/w.safetensors", []));

        Assert.StartsWith("'nowhere/w.safetensors' cannot be written; check", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_tensors_are_read_from_streams_that_cannot_seek()
    {
        float[] data = [.. Enumerable.Range(0, 300_001).Select(i => i * 0.5f)];
        using var stream = new MemoryStream();
        SafeTensors.Write(stream, [new NamedTensor("a", [data.Length], data), new NamedTensor("b", [1], [7])]);
        using var forward = new ForwardStream(stream.ToArray());

        SafeTensorsContent content = SafeTensors.Read(forward, "stream");

        Assert.Equal(data, content.Tensors[0].Data);
        Assert.Equal([7f], content.Tensors[1].Data);
    }

    [Fact]
    public void A_promise_of_gigabytes_takes_no_memory()
    {
        byte[] file = Make("""{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}""", 64);
        using var forward = new ForwardStream(file);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<WeightFileException>(() => SafeTensors.Read(forward, "stream"));
        Assert.Throws<WeightFileException>(() => SafeTensors.Read(new MemoryStream(file), "stream"));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Theory]
    [InlineData("""[]""", 0, "its header is not a JSON object")]
    [InlineData("""{"a":3}""", 0, "the header's entry 'a' is not an object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4, "its header is not valid JSON")]
    [InlineData("""{} x""", 0, "its header is not valid JSON")]
    [InlineData("""{"\ud800":{}}""", 0, "its header is not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "its header names 'a' twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "tensor 'a' lacks its dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4, "unsupported dtype 'F8_E4M3'; save it as F32")]
    [InlineData("""{"a":{"dtype":"1","shape":[4],"data_offsets":[0,4]}}""", 4, "unsupported dtype '1'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "is not a whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "is not a whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967297],"data_offsets":[0,4]}}""", 4, "has an extent beyond 2147483647")]
    [InlineData("""{"a":{"dtype":"F32","shape":[65536,65536,65536,65536],"data_offsets":[0,0]}}""", 0, "more values than Retort can hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "has 4 bytes, not those of its shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "begins at byte 4 where 0 was expected")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "begins at byte 4 where 0 was expected")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "tensor 'b' begins at byte 0 where 4 was expected")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "its tensors take 4 bytes but 3 are there")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "its tensors take 4 bytes but 5 are there")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "the metadata 'k' is not a string")]
    public void Damaged_headers_are_refused(string header, int dataBytes, string problem)
    {
        using var stream = new MemoryStream(Make(header, dataBytes));

        var e = Assert.Throws<WeightFileException>(() => SafeTensors.Read(stream, "bad.safetensors"));

        Assert.StartsWith("'bad.safetensors' cannot be read as a safetensors file: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1000UL)]
    [InlineData(100_000_001UL)]
    [InlineData(ulong.MaxValue)]
    public void Impossible_header_lengths_are_refused(ulong length)
    {
        byte[] file = Make("{}", 0);
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);

        Assert.Throws<WeightFileException>(() => SafeTensors.Read(new MemoryStream(file), "bad"));
        Assert.Throws<WeightFileException>(() => SafeTensors.Read(new ForwardStream(file), "bad"));
    }

    [Fact]
    public void Trailing_bytes_of_a_stream_that_cannot_seek_are_refused()
    {
        using var forward = new ForwardStream(Make("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5));

        var e = Assert.Throws<WeightFileException>(() => SafeTensors.Read(forward, "bad"));

        Assert.Contains("bytes follow the last tensor", e.Message, StringComparison.Ordinal);
    }

    private static byte[] Make(string header, int dataBytes)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    private sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }
}
