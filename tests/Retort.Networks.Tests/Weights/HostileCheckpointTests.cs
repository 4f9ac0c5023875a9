using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Weights;

public class HostileCheckpointTests
{
    private static readonly byte[] TwoFloats = new byte[8];

    [Fact]
    public void A_global_outside_the_list_is_refused() =>
        Refuses("it asks for Python's 'os.system'", new PickleWriter().Global("os", "system").Text("true").Bytes(0x85).Op('R'));

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("nt", "system")]
    [InlineData("subprocess", "Popen")]
    [InlineData("builtins", "exec")]
    [InlineData("__builtin__", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("torch", "load")]
    [InlineData("torch.hub", "load")]
    [InlineData("torch.serialization", "load")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    [InlineData("_codecs", "encode")]
    [InlineData("collections", "OrderedDict.__init__")]
    public void Names_that_could_run_or_load_something_are_refused_however_they_are_written(string module, string name)
    {
        string problem = $"it asks for Python's '{module}.{name}', which is not among the few names a file of tensors needs";
        PickleWriter[] ways =
        [
            new PickleWriter().Global(module, name).Text("touch pwned").Bytes(0x85).Op('R'),
            new PickleWriter().Text(module).Text(name).Bytes(0x93).Text("touch pwned").Bytes(0x85).Bytes(0x81),
            new PickleWriter().Bytes(0x8C, (byte)module.Length).Bytes(Encoding.ASCII.GetBytes(module)).Bytes(0x94).Bytes(0x8C, (byte)name.Length).Bytes(Encoding.ASCII.GetBytes(name)).Bytes(0x94)
                .Bytes((byte)'h', 0).Bytes((byte)'h', 1).Bytes(0x93),

            // Behind tensors that are in order, within a container.
            Named(new PickleWriter().Op('}').Text("w").Tensor("0", 2, 0, [2], [1])).Text("x").Op('(').Global(module, name).Op(')').Op('R').Op('t').Op('s'),
        ];
        foreach (PickleWriter pickle in ways)
        {
            Refuses(problem, pickle);
            using var legacy = new MemoryStream(Legacy(pickle));
            Refuses(problem, legacy);
        }
    }

    [Fact]
    public void A_file_that_is_nothing_but_a_hostile_pickle_is_refused()
    {
        // What pickle.dumps makes of an object whose __reduce__ gives (os.system, ('touch pwned',)).
        using var file = new MemoryStream([0x80, 2, .. "cposix\nsystem\nq\0X\x0b\0\0\0touch pwnedq\x01\x85q\x02Rq\x03."u8]);
        Refuses("it asks for Python's 'posix.system'", file);
    }

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

    [Theory]
    [InlineData("../../../etc/cron.d/evil")]
    [InlineData("archive/data/../../../evil")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\..\\evil.dll")]
    [InlineData("C:/Windows/evil.dll")]
    public void Names_that_lead_out_of_the_zip_are_refused_and_nothing_is_written(string name)
    {
        byte[] pickle = Named(new PickleWriter().Op('}').Text("w").Tensor("0", 2, 0, [2], [1])).ToArray();
        using MemoryStream file = PickleWriter.Zip([("archive/data.pkl", pickle), ("archive/data/0", TwoFloats), (name, TwoFloats)]);
        string[] before = Directory.GetFileSystemEntries(".");
        Refuses($"its zip holds '{name}', a name that leads out of it; give a file that torch.save wrote.", file);
        Assert.Equal(before, Directory.GetFileSystemEntries("."));
    }

    [Fact]
    public void Entries_that_share_their_bytes_are_refused_before_they_add_up()
    {
        // A thousand storages in the directory, and one megabyte that all of them call theirs.
        const int storages = 1000;
        const int size = 1 << 20;
        var pickle = new PickleWriter().Op('}');
        for (int i = 0; i < storages; i++)
            Named(pickle.Text($"w{i}").Tensor($"{i}", size, 0, [size], [1], "ByteStorage"));
        (string, byte[])[] entries = [("a/data.pkl", pickle.ToArray()), ("a/data/0", new byte[size]), .. Enumerable.Range(1, storages - 1).Select(i => ($"a/data/{i}", Array.Empty<byte>()))];
        using MemoryStream zip = PickleWriter.Zip(entries);
        byte[] bytes = zip.ToArray();
        int first = FindInDirectory(bytes, "a/data/0");
        for (int i = 1; i < storages; i++)
        {
            // Checksum, both sizes and where the bytes are; entries without content have the same layout.
            int at = FindInDirectory(bytes, $"a/data/{i}");
            bytes.AsSpan(first + 16, 12).CopyTo(bytes.AsSpan(at + 16));
            bytes.AsSpan(first + 42, 4).CopyTo(bytes.AsSpan(at + 42));
        }

        using var file = new MemoryStream(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses("claims sizes that cannot be true", file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Theory]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue / 8)]
    public void A_storage_of_a_legacy_file_that_claims_more_than_the_file_has_takes_no_memory(long count)
    {
        PickleWriter pickle = Named(new PickleWriter().Op('}').Text("w").Tensor("0", count, 0, [2], [1]));
        byte[] claimed = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(claimed, count);
        using var file = new MemoryStream([.. Legacy(pickle), .. new PickleWriter().Op(']').Text("0").Op('a').ToArray(), .. claimed, .. TwoFloats]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses("it ends too early", file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_tensor_that_claims_more_than_memory_holds_takes_none()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses("a tensor has the shape [2147483647, 2147483647], more values than Retort can hold", new PickleWriter().Op('}').Text("w").Tensor("0", 2, 0, [int.MaxValue, int.MaxValue], [0, 0]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Remembering_a_million_times_takes_no_more_memory_than_the_file()
    {
        // One list, remembered under ever new numbers and put into itself each time.
        var pickle = new PickleWriter().Op(']');
        byte[] number = new byte[4];
        for (int i = 0; i < 200_000; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, i);
            pickle.Op('r').Bytes(number).Op('j').Bytes(number).Op('a');
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses("its containers lie too deep, are too many", pickle);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 20);
    }

    // The first three pickles of the old layout, and the one of the object; the storages are missing.
    private static byte[] Legacy(PickleWriter pickle) =>
    [
        .. new PickleWriter().Bytes(0x8A, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).ToArray(),
        .. new PickleWriter().Number(1001).ToArray(),
        .. new PickleWriter().Op('}').Text("little_endian").Bytes(0x88).Op('s').ToArray(),
        .. pickle.ToArray(),
    ];

    private static int FindInDirectory(byte[] zip, string name)
    {
        // The name stands 46 bytes into its record of the directory, the last part of the file, and a comment or the next record follows.
        byte[] wanted = [.. Encoding.ASCII.GetBytes(name), (byte)'P', (byte)'K'];
        return zip.AsSpan().LastIndexOf(wanted) - 46;
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
