using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Retort.Networks.Weights.Torch;

/// <summary>
/// Reads the data part of Python's pickle language, protocols 2 to 5 (Python's <c>pickletools</c> describes the opcodes).
/// Nothing is executed: names come from the list in <see cref="TorchGlobals"/>, every other name and opcode is refused.
/// </summary>
/// <remarks>
/// Every opcode takes at least one byte and makes at most one small object, so memory is bounded by the length of the input.
/// </remarks>
internal sealed class PickleReader(ReadOnlyMemory<byte> data)
{
    private const int MaxDepth = 1 << 20;
    private const int MaxLongBytes = 255;
    private const int HighestProtocol = 5;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);

    /// <summary>Where the next pickle begins: several may follow each other.</summary>
    public int Position { get; private set; }

    /// <summary>All storages mentioned so far, by key.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => _storages;

    /// <summary>Reads one pickle, up to its STOP.</summary>
    /// <returns>
    /// null, bool, long, <see cref="BigInteger"/>, double, string, byte[], list of objects or one of the types of this namespace.
    /// </returns>
    /// <exception cref="InvalidWeightsException">It is damaged or holds more than tensors in containers.</exception>
    public object? Read()
    {
        _stack.Clear();
        _marks.Clear();
        _memo.Clear();
        for (; ; )
        {
            byte opcode = Take(1)[0];
            if (opcode == '.')
                return Pop();
            if (!Container(opcode) && !Scalar(opcode) && !Text(opcode) && !Memo(opcode) && !Reference(opcode))
                throw new InvalidWeightsException($"it uses the pickle opcode 0x{opcode:X2}, which files of tensors do not need", "save it with torch.save's own pickle_protocol");
        }
    }

    private bool Scalar(byte opcode)
    {
        switch (opcode)
        {
            case 0x80:
                int protocol = Take(1)[0];
                if (protocol > HighestProtocol)
                    throw new InvalidWeightsException($"it uses pickle protocol {protocol}", "save it with torch.save's own pickle_protocol");
                break;
            case 0x95:
                // A frame is a hint for buffering; its length is checked as what it frames is read.
                Take(8);
                break;
            case (byte)'N':
                Push(null);
                break;
            case 0x88:
                Push(true);
                break;
            case 0x89:
                Push(false);
                break;
            case (byte)'J':
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                break;
            case (byte)'K':
                Push((long)Take(1)[0]);
                break;
            case (byte)'M':
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case 0x8A:
                PushLong(Take(1)[0]);
                break;
            case 0x8B:
                PushLong(TakeLength(4));
                break;
            case (byte)'G':
                Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            default:
                return false;
        }

        return true;
    }

    private bool Text(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'X':
                Push(TakeText(TakeLength(4)));
                break;
            case 0x8C:
                Push(TakeText(TakeLength(1)));
                break;
            case 0x8D:
                Push(TakeText(TakeLength(8)));
                break;
            case (byte)'T':
                // Python 2's strings: bytes that are ASCII wherever PyTorch wrote them.
                Push(Encoding.Latin1.GetString(Take(TakeLength(4))));
                break;
            case (byte)'U':
                Push(Encoding.Latin1.GetString(Take(TakeLength(1))));
                break;
            case (byte)'B':
                Push(Take(TakeLength(4)).ToArray());
                break;
            case (byte)'C':
                Push(Take(TakeLength(1)).ToArray());
                break;
            case 0x8E:
                Push(Take(TakeLength(8)).ToArray());
                break;
            default:
                return false;
        }

        return true;
    }

    private bool Container(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'(':
                if (_marks.Count >= MaxDepth)
                    throw new InvalidWeightsException("its pickle stack grows without end");
                _marks.Add(_stack.Count);
                break;
            case (byte)'0':
                Pop();
                break;
            case (byte)'1':
                PopToMark();
                break;
            case (byte)')':
                Push(new PickleTuple([]));
                break;
            case (byte)'t':
                Push(new PickleTuple(PopToMark()));
                break;
            case >= 0x85 and <= 0x87:
                object?[] items = new object?[opcode - 0x84];
                for (int i = items.Length - 1; i >= 0; i--)
                    items[i] = Pop();
                Push(new PickleTuple(items));
                break;
            case (byte)']':
                Push(new List<object?>());
                break;
            case (byte)'l':
                Push(new List<object?>(PopToMark()));
                break;
            case (byte)'a':
                object? item = Pop();
                Top<List<object?>>().Add(item);
                break;
            case (byte)'e':
                object?[] appended = PopToMark();
                Top<List<object?>>().AddRange(appended);
                break;
            case (byte)'}':
                Push(new PickleDictionary());
                break;
            case (byte)'d':
                var made = new PickleDictionary();
                SetItems(made, PopToMark());
                Push(made);
                break;
            case (byte)'s':
                object? value = Pop();
                object? key = Pop();
                SetItems(Top<PickleDictionary>(), [key, value]);
                break;
            case (byte)'u':
                object?[] set = PopToMark();
                SetItems(Top<PickleDictionary>(), set);
                break;
            default:
                return false;
        }

        return true;
    }

    private bool Memo(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'q':
                Remember(Take(1)[0]);
                break;
            case (byte)'r':
                Remember(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case 0x94:
                Remember(_memo.Count);
                break;
            case (byte)'h':
                Push(Recall(Take(1)[0]));
                break;
            case (byte)'j':
                Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            default:
                return false;
        }

        return true;
    }

    private bool Reference(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'c':
                string module = TakeLine();
                Push(TorchGlobals.Resolve(module, TakeLine()));
                break;
            case 0x93:
                object? name = Pop();
                if (Pop() is not string from || name is not string text)
                    throw new InvalidWeightsException("it asks for a Python name that is not a string");
                Push(TorchGlobals.Resolve(from, text));
                break;
            case (byte)'R':
            case 0x81:
                object? arguments = Pop();
                Push(TorchGlobals.Call(Pop(), arguments));
                break;
            case (byte)'b':
                object? state = Pop();
                TorchGlobals.Build(Top<object>(), state);
                break;
            case (byte)'Q':
                TorchStorage storage = TorchGlobals.ResolveStorage(Pop());
                if (_storages.TryGetValue(storage.Key, out TorchStorage? known) && known != storage)
                    throw new InvalidWeightsException($"it describes its storage '{storage.Key}' in two ways");
                _storages[storage.Key] = storage;
                Push(storage);
                break;
            default:
                return false;
        }

        return true;
    }

    private static void SetItems(PickleDictionary dictionary, object?[] items)
    {
        if (items.Length % 2 != 0)
            throw new InvalidWeightsException("a key of its pickle has no value");
        for (int i = 0; i < items.Length; i += 2)
            dictionary.Items.Add(new(items[i], items[i + 1]));
    }

    private void Push(object? value)
    {
        if (_stack.Count >= MaxDepth)
            throw new InvalidWeightsException("its pickle stack grows without end");
        _stack.Add(value);
    }

    private void PushLong(int length)
    {
        if (length > MaxLongBytes)
            throw new InvalidWeightsException($"it holds a number of {length} bytes");
        var number = new BigInteger(Take(length));
        Push(number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number);
    }

    private object? Pop()
    {
        int floor = _marks.Count > 0 ? _marks[^1] : 0;
        if (_stack.Count <= floor)
            throw new InvalidWeightsException("its pickle takes more from the stack than is there");
        object? value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw new InvalidWeightsException("its pickle closes what it did not open");
        int mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        object?[] items = CollectionsMarshal.AsSpan(_stack)[mark..].ToArray();
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private T Top<T>()
        where T : class
    {
        if (_stack.Count == 0 || _stack[^1] is not T top)
            throw new InvalidWeightsException("its pickle adds to something that takes no items");
        return top;
    }

    private void Remember(long index)
    {
        if (_stack.Count == 0)
            throw new InvalidWeightsException("its pickle remembers a value it does not have");
        _memo[index] = _stack[^1];
    }

    private object? Recall(long index) =>
        _memo.TryGetValue(index, out object? value)
            ? value
            : throw new InvalidWeightsException($"its pickle recalls value {index}, which it never remembered");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > data.Length - Position)
            throw new InvalidWeightsException("its pickle ends too early");
        ReadOnlySpan<byte> taken = data.Span.Slice(Position, count);
        Position += count;
        return taken;
    }

    private int TakeLength(int bytes)
    {
        ulong length = 0;
        ReadOnlySpan<byte> taken = Take(bytes);
        for (int i = bytes - 1; i >= 0; i--)
            length = (length << 8) | taken[i];
        if (length > (ulong)(data.Length - Position))
            throw new InvalidWeightsException("its pickle ends too early");
        return (int)length;
    }

    private string TakeText(int length)
    {
        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidWeightsException("its pickle holds text that is not valid UTF-8");
        }
    }

    private string TakeLine()
    {
        int length = data.Span[Position..].IndexOf((byte)'\n');
        if (length < 0)
            throw new InvalidWeightsException("its pickle ends too early");
        string line = Encoding.Latin1.GetString(Take(length));
        Take(1);
        return line;
    }
}
