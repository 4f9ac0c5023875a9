using System.Buffers.Binary;
using System.Numerics;

namespace Retort.Networks.Weights.Torch;

/// <summary>
/// The layout of <c>torch.save</c> before PyTorch 1.6: pickles of a magic number, a version, the machine, the object and the
/// storages' keys, then the storages in that order, each behind its number of elements.
/// </summary>
internal sealed class TorchLegacyFile : ITorchArchive
{
    /// <summary>What such a file begins with: the opcode that tells the pickle protocol.</summary>
    public const byte FirstByte = 0x80;

    private const int MaxPickles = 16 << 20;
    private const long ProtocolVersion = 1001;

    private static readonly BigInteger Magic = (new BigInteger(0x1950) << 64) + 0xa86a20f9469cfc6c;

    private readonly Stream _stream;
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);

    /// <summary>Reads the pickles and finds the storages.</summary>
    /// <param name="stream">The file, seekable, at its start.</param>
    public TorchLegacyFile(Stream stream)
    {
        _stream = stream;
        long start = stream.Position;
        byte[] head = new byte[(int)Math.Min(stream.Length - start, MaxPickles)];
        stream.ReadExactly(head);
        if (head is not [FirstByte, ..])
            throw new InvalidWeightsException("it begins neither like a zip nor like a pickle", "give a file that torch.save wrote");
        var pickles = new PickleReader(head);
        if (pickles.Read() is not BigInteger magic || magic != Magic)
            throw new InvalidWeightsException("it does not begin with PyTorch's magic number", "give a file that torch.save wrote");
        if (pickles.Read() is not ProtocolVersion)
            throw new InvalidWeightsException("its version is not 1001", "save it with a newer PyTorch");
        CheckMachine(pickles.Read());
        Root = pickles.Read();
        if (pickles.Read() is not List<object?> keys)
            throw new InvalidWeightsException("it has no list of storages");
        FindStorages(keys, pickles.Storages, start + pickles.Position);
    }

    public object? Root { get; }

    public byte[] ReadStorage(TorchStorage storage)
    {
        if (!_offsets.TryGetValue(storage.Key, out long offset))
            throw new InvalidWeightsException($"its storage '{storage.Key}' is missing");
        if (storage.Bytes > Array.MaxLength)
            throw new InvalidWeightsException($"its storage '{storage.Key}' has {storage.Bytes} bytes, more than Retort reads");
        byte[] bytes = new byte[storage.Bytes];
        _stream.Position = offset;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private static void CheckMachine(object? machine)
    {
        bool little = machine is PickleDictionary facts
            && facts.Items.Exists(fact => fact is { Key: "little_endian", Value: true });
        if (!little)
            throw new InvalidWeightsException("it was not written by a little-endian machine", "save it on one");
    }

    private void FindStorages(List<object?> keys, IReadOnlyDictionary<string, TorchStorage> storages, long position)
    {
        Span<byte> count = stackalloc byte[sizeof(long)];
        foreach (object? item in keys)
        {
            if (item is not string key || !storages.TryGetValue(key, out TorchStorage? storage) || _offsets.ContainsKey(key))
                throw new InvalidWeightsException("its list of storages does not fit its tensors");
            _stream.Position = position;
            _stream.ReadExactly(count);
            if (BinaryPrimitives.ReadInt64LittleEndian(count) != storage.Count)
                throw new InvalidWeightsException($"its storage '{key}' has another size than announced");
            position += sizeof(long);
            _offsets.Add(key, position);
            if (storage.Bytes > _stream.Length - position)
                throw new EndOfStreamException();
            position += storage.Bytes;
        }

        if (position != _stream.Length)
            throw new InvalidWeightsException("bytes follow the last storage");
    }
}
