namespace Retort.Networks.Weights;

/// <summary>A tensor of a weight file: its name, its shape in the file's order (PyTorch: OIHW for convolutions), its values row-major.</summary>
public sealed record NamedTensor
{
    private readonly float[]? _data;
    private readonly Action<Span<float>>? _read;

    /// <summary>Names values that are in memory.</summary>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="shape">See <see cref="Shape"/>.</param>
    /// <param name="data">See <see cref="Data"/>; taken over, not copied.</param>
    public NamedTensor(string name, IReadOnlyList<int> shape, float[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        (Name, Shape, Length, _data) = (name, shape, data.Length, data);
    }

    /// <summary>Names values that are fetched when they are asked for, and not kept: a network is written one tensor at a time.</summary>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="shape">See <see cref="Shape"/>.</param>
    /// <param name="length">How many values.</param>
    /// <param name="read">Puts them where it is told to, as often as they are asked for.</param>
    internal NamedTensor(string name, IReadOnlyList<int> shape, int length, Action<Span<float>> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        (Name, Shape, Length, _read) = (name, shape, length, read);
    }

    /// <summary>The name, as in a PyTorch state dict: <c>layer1.0.conv1.weight</c>.</summary>
    public string Name { get; init; }

    /// <summary>The extents; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>How many values.</summary>
    public int Length { get; }

    /// <summary>
    /// The values; as many as the product of the extents. A tensor that was exported from a network gives the values the network has when
    /// they are asked for, in an array of their own each time.
    /// </summary>
    public float[] Data
    {
        get
        {
            if (_data != null)
            {
                return _data;
            }

            var values = new float[Length];
            _read!(values);
            return values;
        }
    }

    /// <summary>The values, if they are in memory.</summary>
    internal float[]? InMemory => _data;

    /// <summary>Copies the values.</summary>
    /// <param name="values">Takes them; at least as long.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> is shorter.</exception>
    public void CopyTo(Span<float> values)
    {
        if (_data != null)
        {
            _data.CopyTo(values);
            return;
        }

        if (values.Length < Length)
        {
            throw new ArgumentException($"{Name} has {Length} values, more than the {values.Length} there is room for.", nameof(values));
        }

        _read!(values[..Length]);
    }
}
