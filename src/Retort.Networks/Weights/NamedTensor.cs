namespace Retort.Networks.Weights;

/// <summary>A tensor of a weight file: its name, its shape in the file's order (PyTorch: OIHW for convolutions), its values row-major.</summary>
/// <param name="Name">The name, as in a PyTorch state dict: <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Shape">The extents; empty for a scalar.</param>
/// <param name="Data">The values; as many as the product of the extents.</param>
public sealed record NamedTensor(string Name, IReadOnlyList<int> Shape, float[] Data);
