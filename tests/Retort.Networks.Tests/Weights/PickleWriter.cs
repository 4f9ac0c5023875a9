using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Retort.Networks.Tests.Weights;

/// <summary>Writes pickles by hand, opcode by opcode, for files that PyTorch would not write.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    public PickleWriter() => Bytes(0x80, 2);

    public PickleWriter Bytes(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleWriter Op(char opcode) => Bytes((byte)opcode);

    public PickleWriter Global(string module, string name) => Op('c').Bytes(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleWriter Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return Op('X').Bytes(length).Bytes(bytes);
    }

    public PickleWriter Number(long number)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return Bytes(0x8A, 8).Bytes(bytes);
    }

    public PickleWriter Tuple(params long[] numbers)
    {
        Op('(');
        foreach (long number in numbers)
            Number(number);
        return Op('t');
    }

    public PickleWriter Storage(string key, long count, string type = "FloatStorage") =>
        Op('(').Text("storage").Global("torch", type).Text(key).Text("cpu").Number(count).Op('t').Op('Q');

    public PickleWriter Tensor(string key, long storageCount, long offset, long[] shape, long[] strides, string type = "FloatStorage") =>
        Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage(key, storageCount, type).Number(offset).Tuple(shape).Tuple(strides)
            .Bytes(0x89).Op('}').Op('t').Op('R');

    public byte[] ToArray() => [.. _bytes, (byte)'.'];

    /// <summary>A checkpoint in the zip layout.</summary>
    public MemoryStream ToZip(params (string Key, byte[] Content)[] storages) => Zip([("archive/data.pkl", ToArray()), .. storages.Select(s => ($"archive/data/{s.Key}", s.Content))]);

    public static MemoryStream Zip((string Name, byte[] Content)[] entries, CompressionLevel level = CompressionLevel.NoCompression)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        stream.Position = 0;
        return stream;
    }
}
