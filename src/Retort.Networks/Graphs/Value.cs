namespace Retort.Networks;

/// <summary>What an operation makes: a tensor of a known shape that has no memory yet. Plans give it some.</summary>
public sealed class Value
{
    internal Value(Operation producer, Shape shape)
    {
        Producer = producer;
        Shape = shape;
    }

    /// <summary>The operation that makes it.</summary>
    public Operation Producer { get; }

    /// <summary>Its extents.</summary>
    public Shape Shape { get; }
}
