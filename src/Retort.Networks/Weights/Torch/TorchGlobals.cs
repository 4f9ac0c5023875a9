namespace Retort.Networks.Weights.Torch;

/// <summary>
/// The only Python names a checkpoint may mention, and what each of them builds: containers, storages and tensors.
/// The functions follow <c>torch._utils</c> of PyTorch 0.1 to 2.x.
/// </summary>
internal static class TorchGlobals
{
    private const string StateDictAdvice = "save the tensors alone with torch.save(model.state_dict(), file)";

    private static readonly Dictionary<string, PickleGlobal> Known = MakeTable();

    /// <summary>The known name.</summary>
    /// <exception cref="InvalidWeightsException">It is not on the list.</exception>
    public static PickleGlobal Resolve(string module, string name) =>
        Known.TryGetValue($"{module} {name}", out PickleGlobal? global)
            ? global
            : throw new InvalidWeightsException($"it asks for Python's '{module}.{name}', which is not among the few names a file of tensors needs", StateDictAdvice);

    /// <summary>Builds what calling a name gives.</summary>
    public static object? Call(object? callee, object? arguments)
    {
        if (callee is not PickleGlobal { Call: { } call } global)
            throw new InvalidWeightsException("it calls something that is not one of PyTorch's functions for tensors", StateDictAdvice);
        if (arguments is not PickleTuple tuple)
            throw new InvalidWeightsException($"it calls '{global.Name}' without a list of arguments");
        return call(tuple.Items);
    }

    /// <summary>Accepts the attributes Python would set on an object. None of those a tensor or a dictionary has matters here.</summary>
    public static void Build(object? target, object? state)
    {
        bool attributes = target is PickleDictionary && state is PickleDictionary;

        // PyTorch 0.1 to 0.3: a Parameter's (requires_grad, volatile, hooks).
        bool flags = target is TensorView && state is PickleTuple { Items: [bool, bool, _] };
        if (!attributes && !flags)
            throw new InvalidWeightsException("it sets the state of an object that is neither a tensor nor a dictionary", StateDictAdvice);
    }

    /// <summary>The storage that a persistent identifier stands for: <c>('storage', type, key, location, count)</c>.</summary>
    public static TorchStorage ResolveStorage(object? id)
    {
        // PyTorch up to 1.x wrote a sixth item, None but for storages that are parts of others.
        if (id is not PickleTuple { Items: ["storage", PickleGlobal { Elements: ElementType type }, string key, _, long count, .. var rest] } || rest is not ([] or [null]))
            throw new InvalidWeightsException("it refers to something outside that is not a plain storage", StateDictAdvice);
        if (count < 0 || count > long.MaxValue / sizeof(double))
            throw new InvalidWeightsException($"its storage '{key}' claims {count} elements");
        return new TorchStorage(key, type, count);
    }

    private static Dictionary<string, PickleGlobal> MakeTable()
    {
        var table = new Dictionary<string, PickleGlobal>(StringComparer.Ordinal);
        void Add(string module, string name, Func<object?[], object?>? call = null, ElementType? elements = null) =>
            table.Add($"{module} {name}", new PickleGlobal($"{module}.{name}", call, elements));

        Add("collections", "OrderedDict", MakeDictionary);
        Add("torch", "Size", items => items is [PickleTuple size] ? size : throw Misused("torch.Size"));
        Add("torch", "device", _ => PickleOpaque.Instance);
        Add("torch._utils", "_rebuild_tensor", RebuildTensor);
        Add("torch._utils", "_rebuild_tensor_v2", RebuildTensor);
        Add("torch._utils", "_rebuild_tensor_v3", RebuildTypedTensor);
        Add("torch._utils", "_rebuild_parameter", RebuildParameter);
        Add("torch._utils", "_rebuild_parameter_with_state", RebuildParameter);
        Add("torch.nn.parameter", "Parameter", RebuildParameter);

        (string Storage, string Type, ElementType Elements)[] formats =
        [
            ("Double", "float64", ElementType.F64),
            ("Float", "float32", ElementType.F32),
            ("Half", "float16", ElementType.F16),
            ("BFloat16", "bfloat16", ElementType.BF16),
            ("Long", "int64", ElementType.I64),
            ("Int", "int32", ElementType.I32),
            ("Short", "int16", ElementType.I16),
            ("Char", "int8", ElementType.I8),
            ("Byte", "uint8", ElementType.U8),
            ("Bool", "bool", ElementType.BOOL),
        ];
        foreach ((string storage, string type, ElementType elements) in formats)
        {
            Add("torch", $"{storage}Storage", elements: elements);
            Add("torch.cuda", $"{storage}Storage", elements: elements);
            Add("torch", type, elements: elements);
        }

        Add("torch", "UntypedStorage", elements: ElementType.U8);
        Add("torch.storage", "UntypedStorage", elements: ElementType.U8);
        Add("torch.storage", "_UntypedStorage", elements: ElementType.U8);
        return table;
    }

    private static PickleDictionary MakeDictionary(object?[] items)
    {
        var dictionary = new PickleDictionary();
        if (items is [])
            return dictionary;

        // Python 2 passed the content as a list of pairs.
        if (items is not [List<object?> pairs])
            throw Misused("collections.OrderedDict");
        foreach (object? pair in pairs)
        {
            (object? key, object? value) = pair switch
            {
                PickleTuple { Items: [var k, var v] } => (k, v),
                List<object?> and [var k, var v] => (k, v),
                _ => throw Misused("collections.OrderedDict"),
            };
            dictionary.Items.Add(new(key, value));
        }

        // Moved, not copied: a hostile pickle could pass the same long list a million times.
        pairs.Clear();
        return dictionary;
    }

    // (storage, offset, size, stride) and, from version 2 on, requires_grad, hooks and metadata.
    private static TensorView RebuildTensor(object?[] items) =>
        items is [TorchStorage storage, long offset, PickleTuple size, PickleTuple stride, ..]
            ? new TensorView(storage, storage.Type, offset, Numbers(size), Numbers(stride))
            : throw Misused("torch._utils._rebuild_tensor_v2");

    // As above, the storage untyped: requires_grad and hooks follow, then the type and metadata.
    private static TensorView RebuildTypedTensor(object?[] items) =>
        items is [TorchStorage storage, long offset, PickleTuple size, PickleTuple stride, _, _, PickleGlobal { Elements: ElementType type }, ..]
            ? new TensorView(storage, type, offset, Numbers(size), Numbers(stride))
            : throw Misused("torch._utils._rebuild_tensor_v3");

    // A parameter is its tensor: requires_grad, hooks and attributes mean nothing here.
    private static TensorView RebuildParameter(object?[] items) =>
        items is [TensorView tensor, ..] ? tensor : throw Misused("torch.nn.parameter.Parameter");

    private static long[] Numbers(PickleTuple tuple) =>
        Array.ConvertAll(tuple.Items, item => item is long number ? number : throw new InvalidWeightsException("a tensor's shape holds something that is not a number"));

    private static InvalidWeightsException Misused(string name) =>
        new($"it calls '{name}' with arguments PyTorch does not give it");
}
