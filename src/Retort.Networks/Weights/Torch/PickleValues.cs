namespace Retort.Networks.Weights.Torch;

/// <summary>A Python tuple.</summary>
internal sealed class PickleTuple(object?[] items)
{
    public object?[] Items { get; } = items;
}

/// <summary>A Python dict or OrderedDict, in the order of its insertions.</summary>
internal sealed class PickleDictionary
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>A value that is allowed to be there and that nothing is done with: a device, for instance.</summary>
internal sealed class PickleOpaque
{
    public static PickleOpaque Instance { get; } = new();
}

/// <summary>A name of Python's that a checkpoint may mention. Calling it builds a value here; Python's function is never run.</summary>
/// <param name="Name">Module and name, for messages.</param>
/// <param name="Call">What REDUCE and NEWOBJ give; null if it is not to be called.</param>
/// <param name="Elements">The number format, if it is one or a storage of it.</param>
internal sealed record PickleGlobal(string Name, Func<object?[], object?>? Call = null, ElementType? Elements = null);

/// <summary>A block of numbers of the checkpoint; tensors are views of it.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">Its number format; bytes for an untyped storage.</param>
/// <param name="Count">How many.</param>
internal sealed record TorchStorage(string Key, ElementType Type, long Count)
{
    /// <summary>Its size. The count is bounded where storages are made, so this does not overflow.</summary>
    public long Bytes => Count * Type.Size();
}
