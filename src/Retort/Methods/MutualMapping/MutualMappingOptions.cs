using Retort.Methods.ReverseDistillation;

namespace Retort.Methods.MutualMapping;

/// <summary>What the decoder gets of the memory.</summary>
public enum MemoryReadOut
{
    /// <summary>Embedding and read-out through a 1 x 1 convolution that begins as their mean.</summary>
    Joined,

    /// <summary>The read-out alone: nothing that is not made of the memory's slots reaches the decoder.</summary>
    Alone,
}

/// <summary>
/// The hyper-parameters of mutual mapping reverse distillation: those of reverse distillation, whose values here are its, and those of the three parts
/// that are added to it. Of the paper only the abstract is public, so each of the latter is ours; README.md says where a value comes from.
/// </summary>
public sealed class MutualMappingOptions : ReverseDistillationOptions
{
    /// <summary>Makes the options of our reconstruction.</summary>
    public MutualMappingOptions()
    {
        // The length of reverse distillation's; the first tenth, twenty epochs, without the memory.
        Steps = [260, 2340];
        Switch("mapping", () => Mapping, v => Mapping = v);
        Switch("mapping-residual", () => MappingResidual, v => MappingResidual = v);
        Number("mapping-gamma", () => MappingGamma, v => MappingGamma = v, 0.001, 10);
        Switch("coordinate-attention", () => CoordinateAttention, v => CoordinateAttention = v);
        Switch("memory", () => Memory, v => Memory = v);
        Choice("read-out", () => ReadOut, v => ReadOut = v);
        Whole("slots", () => Slots, v => Slots = v, 2, 4096);
        Number("temperature", () => Temperature, v => Temperature = v, 0.01, 10);
        Number("shrink", () => Shrink, v => Shrink = v, 0, 100);
        Number("commitment", () => Commitment, v => Commitment = v, 0, 100);
        Number("entropy", () => Entropy, v => Entropy = v, 0, 100);
        Number("orthogonality", () => Orthogonality, v => Orthogonality = v, 0, 100);
    }

    /// <inheritdoc/>
    public override string MethodName => "Mutual mapping";

    /// <summary>Whether the levels of the teacher's features are mapped onto each other before the embedding sees them.</summary>
    public bool Mapping { get; set; } = true;

    /// <summary>Whether a level's own features are added to what the mapping makes of all, so that the mapping has only to say what it adds.</summary>
    public bool MappingResidual { get; set; } = true;

    /// <summary>
    /// What the weight of the mapping's last normalisation begins at where there is a residual: how much the mapping adds at first, in deviations. At 0 the
    /// ReLU behind it would pass no gradient and the mapping never learn.
    /// </summary>
    public double MappingGamma { get; set; } = 0.1;

    /// <summary>Whether there is coordinate attention: on each mapped level, on the levels joined for the embedding, and on each of the decoder's features.</summary>
    public bool CoordinateAttention { get; set; } = true;

    /// <summary>Whether the decoder gets what a memory of normal embeddings makes of the embedding.</summary>
    public bool Memory { get; set; } = true;

    /// <summary>What the decoder gets of the memory.</summary>
    public MemoryReadOut ReadOut { get; set; } = MemoryReadOut.Joined;

    /// <summary>Vectors in the memory.</summary>
    public int Slots { get; set; } = 50;

    /// <summary>Cosines of embedding and slots are divided by it before they become shares.</summary>
    public double Temperature { get; set; } = 0.1;

    /// <summary>A share is dropped up to this many times what each slot has if all have the same, 1 / <see cref="Slots"/>. MemAE: 1 to 3.</summary>
    public double Shrink { get; set; } = 1;

    /// <summary>Weight of the mean distance of embedding and read-out, once for the slots and a quarter for the embedding.</summary>
    public double Commitment { get; set; } = 0.1;

    /// <summary>Weight of the mean entropy of the shares. MemAE: 0.0002.</summary>
    public double Entropy { get; set; } = 0.0002;

    /// <summary>Weight of the mean squared cosine of pairs of slots.</summary>
    public double Orthogonality { get; set; } = 0.01;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PhaseNames => Memory ? ["student", "memory"] : base.PhaseNames;

    /// <inheritdoc/>
    public override void Set(string name, string value)
    {
        base.Set(name, value);
        if (name == "memory" && !Memory && Steps.Count == 2)
        {
            Steps = [Steps.Sum()];
        }
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Shrink >= Slots)
        {
            throw new RetortException(FormattableString.Invariant($"--set shrink={Shrink}: no share of {Slots} slots is above that; give a number below {Slots}."));
        }

        if (Memory && Steps[1] < 1)
        {
            throw new RetortException($"--steps {string.Join(",", Steps)}: a memory without a step holds nothing; give the second phase at least 1, or --set memory=off.");
        }
    }
}
