namespace Retort.Networks.Onnx;

/// <summary>A tensor of an ONNX graph by its name there: an input, a constant or what a node makes.</summary>
/// <param name="Name">Unique in its graph.</param>
public readonly record struct OnnxValue(string Name)
{
    /// <summary>Stands for an input that a node can do without.</summary>
    public static OnnxValue None { get; } = new("");
}
