namespace Retort.Networks.Weights.Torch;

/// <summary>A tensor as a checkpoint describes it: a strided view of a storage. Made only if every element lies inside.</summary>
internal sealed class TensorView
{
    private const int MaxRank = 8;

    private readonly ElementType _type;
    private readonly long _offset;
    private readonly int[] _shape;
    private readonly long[] _strides;

    /// <summary>Makes a view.</summary>
    /// <param name="storage">What it views.</param>
    /// <param name="type">The format of its elements: the storage's own, unless that is untyped.</param>
    /// <param name="offset">Its first element, counted in elements.</param>
    /// <param name="shape">Its extents.</param>
    /// <param name="strides">Elements from one index to the next, for each extent.</param>
    /// <exception cref="InvalidWeightsException">It reaches outside the storage.</exception>
    public TensorView(TorchStorage storage, ElementType type, long offset, long[] shape, long[] strides)
    {
        if (shape.Length != strides.Length || shape.Length > MaxRank)
            throw new InvalidWeightsException($"a tensor has {shape.Length} extents and {strides.Length} strides");

        // 128 bits: at most 8 products of an extent below 2^31 and a stride below 2^63.
        Int128 last = offset;
        bool empty = false;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] is < 0 or > int.MaxValue || strides[i] < 0)
                throw new InvalidWeightsException($"a tensor has the extent {shape[i]} with the stride {strides[i]}");
            empty |= shape[i] == 0;
            last += (Int128)(shape[i] - 1) * strides[i];
        }

        if (offset < 0 || (!empty && (last + 1) * type.Size() > storage.Bytes))
            throw new InvalidWeightsException($"a tensor reaches beyond the end of its storage '{storage.Key}'");

        Storage = storage;
        _type = type;
        _offset = offset;
        _shape = [.. shape.Select(extent => (int)extent)];
        _strides = strides;
        Count = ElementStream.Count(_shape, "a tensor");
    }

    public TorchStorage Storage { get; }

    public IReadOnlyList<int> Shape => _shape;

    /// <summary>How many values it has; with strides of zero that can be more than the storage.</summary>
    public int Count { get; }

    private bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = _shape.Length - 1; i >= 0; i--)
            {
                if (_shape[i] != 1 && _strides[i] != expected)
                    return false;
                expected *= _shape[i];
            }

            return true;
        }
    }

    /// <summary>The values, row-major.</summary>
    /// <param name="storage">The bytes of <see cref="Storage"/>.</param>
    public float[] ToArray(ReadOnlySpan<byte> storage)
    {
        float[] values = new float[Count];
        if (Count == 0)
            return values;

        int size = _type.Size();
        if (IsContiguous)
        {
            _type.ToSingles(storage.Slice(checked((int)(_offset * size)), checked(Count * size)), values);
            return values;
        }

        int[] index = new int[_shape.Length];
        long at = _offset;
        for (int i = 0; i < values.Length; i++)
        {
            _type.ToSingles(storage.Slice((int)(at * size), size), values.AsSpan(i, 1));
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                at += _strides[axis];
                if (++index[axis] < _shape[axis])
                    break;
                at -= _strides[axis] * _shape[axis];
                index[axis] = 0;
            }
        }

        return values;
    }
}
