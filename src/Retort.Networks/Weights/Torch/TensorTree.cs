using System.Globalization;

namespace Retort.Networks.Weights.Torch;

/// <summary>Finds the tensors in what was pickled and names them by the path that leads to them.</summary>
/// <remarks>Pickles may hold containers that hold each other, or hold the same one very often: depth and work are bounded.</remarks>
internal sealed class TensorTree
{
    private const int MaxDepth = 32;
    private const int MaxItems = 1 << 22;
    private const int MaxTensors = 1 << 16;
    private const int MaxNameLength = 512;

    private readonly List<(string Name, TensorView View)> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _items;

    private TensorTree()
    {
    }

    /// <summary>The tensors in order of appearance; keys and indexes of their containers joined by dots.</summary>
    /// <exception cref="InvalidWeightsException">There are none, two have the same name, or the containers are too many.</exception>
    public static IReadOnlyList<(string Name, TensorView View)> Flatten(object? root)
    {
        var tree = new TensorTree();
        tree.Descend(root, "", 0);
        if (tree._tensors.Count == 0)
            throw new InvalidWeightsException("it holds no named tensors", "save them with torch.save(model.state_dict(), file)");
        return tree._tensors;
    }

    private void Descend(object? container, string name, int depth)
    {
        switch (container)
        {
            case PickleDictionary dictionary:
                foreach ((object? key, object? item) in dictionary.Items)
                    Add(item, key, name, depth);
                break;
            case PickleTuple { Items: var items }:
                for (int i = 0; i < items.Length; i++)
                    Add(items[i], (long)i, name, depth);
                break;
            case List<object?> list:
                for (int i = 0; i < list.Count; i++)
                    Add(list[i], (long)i, name, depth);
                break;
            default:
                break;
        }
    }

    private void Add(object? item, object? key, string parent, int depth)
    {
        if (++_items > MaxItems || _tensors.Count > MaxTensors)
            throw TooMuch();
        if (item is not (TensorView or PickleDictionary or PickleTuple or List<object?>))
            return;

        string text = key switch
        {
            string { Length: <= MaxNameLength } s => s,
            long number => number.ToString(CultureInfo.InvariantCulture),
            _ => throw new InvalidWeightsException("a tensor in it has a key that is neither a short string nor a number"),
        };
        string name = depth == 0 ? text : $"{parent}.{text}";
        if (depth >= MaxDepth || name.Length > MaxNameLength)
            throw TooMuch();

        if (item is not TensorView view)
            Descend(item, name, depth + 1);
        else if (_names.Add(name))
            _tensors.Add((name, view));
        else
            throw new InvalidWeightsException($"it names the tensor '{name}' twice");
    }

    private static InvalidWeightsException TooMuch() =>
        new("its containers lie too deep, are too many or hold each other", "save them with torch.save(model.state_dict(), file)");
}
