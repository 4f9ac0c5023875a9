namespace Retort.Networks.Weights;

/// <summary>A tensor of a weight file: its name, its shape in the file's order (PyTorch: OIHW for convolutions), its values row-major.</summary>
public sealed record NamedTensor
{
    private readonly Func<float[]> _read;

    /// <summary>Names values that are in memory.</summary>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="shape">See <see cref="Shape"/>.</param>
    /// <param name="data">See <see cref="Data"/>.</param>
    public NamedTensor(string name, IReadOnlyList<int> shape, float[] data)
        : this(name, shape, data?.Length ?? throw new ArgumentNullException(nameof(data)), () => data)
    {
    }

    /// <summary>Names values that are fetched when they are asked for, and not kept: a network is written one tensor at a time.</summary>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="shape">See <see cref="Shape"/>.</param>
    /// <param name="length">How many values.</param>
    /// <param name="read">Makes them, as often as they are asked for.</param>
    internal NamedTensor(string name, IReadOnlyList<int> shape, int length, Func<float[]> read)
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
    /// they are asked for.
    /// </summary>
    public float[] Data => _read();
}
