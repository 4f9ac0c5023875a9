using System.Buffers.Binary;
using System.IO.Compression;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Weights;

public class HostileCheckpointTests
{
    private static readonly byte[] TwoFloats = new byte[8];

    [Fact]
    public void A_global_outside_the_list_is_refused() =>
        Refuses("it asks for Python's 'os.system'", new PickleWriter().Global("os", "system").Text("true").Bytes(0x85).Op('R'));

    [Fact]
    public void A_stack_global_outside_the_list_is_refused() =>
        Refuses("it asks for Python's 'builtins.eval'", new PickleWriter().Text("builtins").Text("eval").Bytes(0x93));

    [Fact]
    public void A_name_assembled_from_the_list_is_refused() =>
        Refuses("it asks for Python's 'torch.nn.parameter Parameter.x'", new PickleWriter().Global("torch", "nn.parameter Parameter.x"));

    [Theory]
    [InlineData('i', "0x69")]
    [InlineData('o', "0x6F")]
    [InlineData('P', "0x50")]
    [InlineData('\x82', "0x82")]
    [InlineData('\x92', "0x92")]
    [InlineData('\x97', "0x97")]
    public void Opcodes_that_tensors_do_not_need_are_refused(char opcode, string shown) =>
        Refuses($"it uses the pickle opcode {shown}", new PickleWriter().Op('(').Op(opcode));

    [Fact]
    public void Calling_a_string_is_refused() =>
        Refuses("it calls something that is not one of PyTorch's functions", new PickleWriter().Text("os.system").Op(')').Op('R'));

    [Fact]
    public void Calling_a_storage_type_is_refused() =>
        Refuses("it calls something that is not one of PyTorch's functions", new PickleWriter().Global("torch", "FloatStorage").Op(')').Bytes(0x81));

    [Fact]
    public void Setting_the_state_of_a_global_is_refused() =>
        Refuses("it sets the state of an object", new PickleWriter().Global("collections", "OrderedDict").Op('}').Op('b'));

    [Fact]
    public void A_huge_number_is_refused() =>
        Refuses("it holds a number of 65536 bytes", new PickleWriter().Bytes(0x8B, 0, 0, 1, 0).Bytes(new byte[65536]));

    [Fact]
    public void A_length_beyond_the_file_is_refused() =>
        Refuses("its pickle ends too early", new PickleWriter().Bytes((byte)'X', 0xFF, 0xFF, 0xFF, 0x7F));

    [Fact]
    public void A_negative_length_is_refused() =>
        Refuses("its pickle ends too early", new PickleWriter().Bytes(0x8E, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF));

    [Fact]
    public void A_protocol_of_the_future_is_refused() =>
        Refuses("it uses pickle protocol 6", new PickleWriter().Bytes(0x80, 6));

    [Fact]
    public void Recalling_what_was_not_remembered_is_refused() =>
        Refuses("its pickle recalls value 4294967295", new PickleWriter().Bytes((byte)'j', 0xFF, 0xFF, 0xFF, 0xFF));

    [Theory]
    [InlineData("0")]
    [InlineData("(0")]
    [InlineData("}s")]
    [InlineData("(s")]
    public void Taking_from_an_empty_stack_is_refused(string opcodes) =>
        Refuses("its pickle takes more from the stack than is there", Write(opcodes));

    [Theory]
    [InlineData("t", "its pickle closes what it did not open")]
    [InlineData("u", "its pickle closes what it did not open")]
    [InlineData("N)a", "its pickle adds to something that takes no items")]
    [InlineData("}(Nu", "a key of its pickle has no value")]
    [InlineData("}(NNe", "its pickle adds to something that takes no items")]
    public void Misused_containers_are_refused(string opcodes, string problem) => Refuses(problem, Write(opcodes));

    [Fact]
    public void A_dictionary_that_holds_itself_is_refused() =>
        Refuses("its containers lie too deep", new PickleWriter().Op('}').Bytes((byte)'q', 0).Text("a").Bytes((byte)'h', 0).Op('s'));

    [Fact]
    public void Lists_that_hold_each_other_exponentially_often_are_refused()
    {
        PickleWriter pickle = new PickleWriter().Tensor("0", 2, 0, [2], [1]).Bytes((byte)'q', 0);
        for (byte level = 0; level < 28; level++)
            pickle.Op('(').Bytes((byte)'h', level).Bytes((byte)'h', level).Op('t').Bytes((byte)'q', (byte)(level + 1));
        Refuses("its containers lie too deep, are too many", pickle);
    }

    [Fact]
    public void Deep_nesting_does_not_exhaust_the_stack()
    {
        PickleWriter pickle = new PickleWriter().Op(')');
        for (int level = 0; level < 100_000; level++)
            pickle.Bytes(0x85);
        Refuses("its containers lie too deep", pickle);
    }

    [Theory]
    [InlineData(0, new long[] { 3 }, new long[] { 1 })]
    [InlineData(1, new long[] { 2 }, new long[] { 1 })]
    [InlineData(2, new long[] { 1 }, new long[] { 1 })]
    [InlineData(0, new long[] { 2 }, new long[] { 2 })]
    [InlineData(0, new long[] { 2, 2 }, new[] { long.MaxValue, long.MaxValue })]
    [InlineData(long.MaxValue, new long[] { 1 }, new long[] { 1 })]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 })]
    public void Views_beyond_their_storage_are_refused(long offset, long[] shape, long[] strides) =>
        Refuses("a tensor reaches beyond the end of its storage '0'", Named(new PickleWriter().Op('}').Text("w").Tensor("0", 2, offset, shape, strides)));

    [Theory]
    [InlineData(new long[] { -1 }, new long[] { 1 })]
    [InlineData(new long[] { 2 }, new long[] { -1 })]
    [InlineData(new[] { 1L << 40 }, new long[] { 0 })]
    [InlineData(new long[] { 1, 1 }, new long[] { 1 })]
    [InlineData(new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public void Shapes_that_make_no_sense_are_refused(long[] shape, long[] strides) =>
        Refuses("a tensor has", Named(new PickleWriter().Op('}').Text("w").Tensor("0", 2, 0, shape, strides)));

    [Fact]
    public void A_few_bytes_do_not_unfold_into_gigabytes() =>
        Refuses("its tensors unfold to 1000000000 values", Named(new PickleWriter().Op('}').Text("w").Tensor("0", 2, 0, [1_000_000_000], [0])));

    [Fact]
    public void A_storage_that_is_not_there_is_named() =>
        Refuses("its storage '../../7' is missing", Named(new PickleWriter().Op('}').Text("w").Tensor("../../7", 2, 0, [2], [1])));

    [Fact]
    public void A_storage_of_another_size_is_refused() =>
        Refuses("its storage '0' has 8 bytes where 12 were announced", Named(new PickleWriter().Op('}').Text("w").Tensor("0", 3, 0, [2], [1])));

    [Fact]
    public void A_storage_described_in_two_ways_is_refused() =>
        Refuses("it describes its storage '0' in two ways", new PickleWriter().Storage("0", 2).Storage("0", 1, "DoubleStorage"));

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Storages_of_impossible_size_are_refused(long count) =>
        Refuses("its storage '0' claims", new PickleWriter().Storage("0", count));

    [Fact]
    public void Two_tensors_of_one_name_are_refused() =>
        Refuses("it names the tensor 'w' twice", Named(Named(new PickleWriter().Op('}').Text("w").Tensor("0", 2, 0, [2], [1])).Text("w").Tensor("0", 2, 0, [2], [1])));

    [Fact]
    public void A_file_without_tensors_is_refused() =>
        Refuses("it holds no named tensors", new PickleWriter().Op('}').Text("epoch").Number(3).Op('s'));

    [Fact]
    public void A_zip_without_a_pickle_is_refused()
    {
        using MemoryStream file = PickleWriter.Zip([("readme.txt", TwoFloats)]);
        Refuses("its zip holds no data.pkl", file);
    }

    [Fact]
    public void Two_entries_of_one_name_are_refused()
    {
        using MemoryStream file = PickleWriter.Zip([("a/data.pkl", TwoFloats), ("a/data.pkl", TwoFloats)]);
        Refuses("its zip holds 'a/data.pkl' twice", file);
    }

    [Fact]
    public void A_big_endian_file_is_refused()
    {
        using MemoryStream file = PickleWriter.Zip([("a/data.pkl", TwoFloats), ("a/byteorder", "big"u8.ToArray())]);
        Refuses("its byte order is 'big'", file);
    }

    [Fact]
    public void An_archive_that_unpacks_to_more_than_the_limit_is_refused()
    {
        using MemoryStream file = Bomb(1 << 20);
        var e = Assert.Throws<WeightFileException>(() => TorchCheckpoint.Read(file, "bomb.pth", maxBytes: 1 << 19));
        Assert.Contains("it unpacks to more than 524288 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_entry_longer_than_it_says_is_refused()
    {
        using MemoryStream file = Bomb(64, actual: 4096, CompressionLevel.NoCompression);
        Refuses("is longer than it says", file);
    }

    [Fact]
    public void A_deflated_entry_unpacks_no_further_than_it_says()
    {
        // 64 MiB of zeros whose directory admits only to the 64 bytes the pickle announces.
        using MemoryStream file = Bomb(64, actual: 64 << 20);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal([0f], Assert.Single(TorchCheckpoint.Read(file, "bomb.pth")).Data);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void An_entry_that_claims_more_than_it_can_unpack_to_is_refused_before_memory_is_taken()
    {
        using MemoryStream file = Bomb(2_000_000_000, actual: 4096);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Refuses("claims sizes that cannot be true", file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_legacy_file_with_another_magic_number_is_refused()
    {
        using var file = new MemoryStream(new PickleWriter().Number(5).ToArray());
        Refuses("it does not begin with PyTorch's magic number", file);
    }

    [Fact]
    public void Bytes_behind_the_last_storage_of_a_legacy_file_are_refused()
    {
        using var file = new MemoryStream([.. File.ReadAllBytes(TestFiles.Golden("legacy.pth")), 0]);
        Refuses("bytes follow the last storage", file);
    }

    [Fact]
    public void A_text_file_is_refused()
    {
        using var file = new MemoryStream("<!DOCTYPE html>"u8.ToArray());
        Refuses("it begins neither like a zip nor like a pickle", file);
    }

    private static PickleWriter Write(string opcodes) => opcodes.Aggregate(new PickleWriter(), (pickle, opcode) => pickle.Op(opcode));

    private static PickleWriter Named(PickleWriter pickle) => pickle.Op('s');

    private static MemoryStream Bomb(int announced, int? actual = null, CompressionLevel level = CompressionLevel.Optimal)
    {
        byte[] pickle = Named(new PickleWriter().Op('}').Text("w").Tensor("0", announced, 0, [1], [1], "ByteStorage")).ToArray();
        byte[] zeros = new byte[actual ?? announced];
        MemoryStream file = PickleWriter.Zip([("a/data.pkl", pickle), ("a/data/0", zeros)], level);

        // In the directory an entry is 46 bytes and its name; its uncompressed size stands at byte 24.
        byte[] bytes = file.ToArray();
        int name = bytes.AsSpan().LastIndexOf("a/data/0"u8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(name - 46 + 24), announced);
        return new MemoryStream(bytes);
    }

    private static void Refuses(string problem, PickleWriter pickle)
    {
        using MemoryStream file = pickle.ToZip(("0", TwoFloats));
        Refuses(problem, file);
    }

    private static void Refuses(string problem, Stream file)
    {
        var e = Assert.Throws<WeightFileException>(() => TorchCheckpoint.Read(file, "hostile.pth"));
        Assert.StartsWith("'hostile.pth' cannot be read as a PyTorch checkpoint: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
    }
}
