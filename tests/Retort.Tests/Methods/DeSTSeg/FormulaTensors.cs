using System.Text;
using Retort.Networks.Weights;

namespace Retort.Tests.Methods.DeSTSeg;

/// <summary>The tensors that make_destseg.py makes, by the same formula.</summary>
internal static class FormulaTensors
{
    /// <summary>Numbers in [-1, 1): Murmur3's finaliser of a counter.</summary>
    public static float[] Uniform(string name, int count)
    {
        uint seed = 2166136261;
        foreach (byte b in Encoding.ASCII.GetBytes(name))
        {
            seed = unchecked((seed ^ b) * 16777619);
        }

        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            uint h = unchecked(((uint)i * 0x9E3779B9) + seed);
            h = unchecked((h ^ (h >> 16)) * 0x85EBCA6B);
            h = unchecked((h ^ (h >> 13)) * 0xC2B2AE35);
            h ^= h >> 16;
            values[i] = (float)(((h >> 8) / (double)(1 << 23)) - 1);
        }

        return values;
    }

    /// <summary>A parameter of the network.</summary>
    public static NamedTensor Parameter(string name, IReadOnlyList<int> shape)
    {
        float[] u = Uniform(name, shape.Aggregate(1, (a, b) => a * b));
        for (int i = 0; i < u.Length; i++)
        {
            u[i] = shape.Count == 4 ? u[i] * (float)Math.Sqrt(3.0 / (shape[1] * shape[2] * shape[3]))
                : name.EndsWith("running_var", StringComparison.Ordinal) ? 1 + (0.5f * u[i])
                : name.EndsWith("bias", StringComparison.Ordinal) && name.StartsWith("student.", StringComparison.Ordinal) ? 2.5f + (0.5f * u[i])
                : name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal) ? 0.1f * u[i]
                : 1 + (0.2f * u[i]);
        }

        return new NamedTensor(name, shape, u);
    }

    /// <summary>A parameter of a student whose own name does not say so: the formula takes it by <c>student.</c> and the name.</summary>
    public static NamedTensor Student(string name, IReadOnlyList<int> shape) => Parameter($"student.{name}", shape) with { Name = name };

    /// <summary>A folded ResNet-18 to layer3, by the names of its own file.</summary>
    public static NamedTensor[] Teacher() => Teacher(ResNetArchitecture.ResNet18);

    /// <summary>A folded ResNet to layer3, by the names of its own file.</summary>
    public static NamedTensor[] Teacher(ResNetArchitecture architecture) =>
        [.. architecture.Convolutions(3).SelectMany(c => new[]
        {
            Teacher($"{c.Name}.weight", [c.Outputs, c.Inputs, c.Kernel, c.Kernel]),
            Teacher($"{c.Name}.bias", [c.Outputs]),
        })];

    private static NamedTensor Teacher(string name, int[] shape) => Parameter($"teacher.{name}", shape) with { Name = name };
}
