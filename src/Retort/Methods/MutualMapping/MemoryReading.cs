using Retort.Networks;
using Retort.Networks.Layers;

namespace Retort.Methods.MutualMapping;

/// <summary>
/// Our reading of the paper's "single-category embedding memory bank": each pixel of the embedding is made anew of a few normal vectors, the slots, in
/// the proportions of their likeness to it (Gong et al., MemAE, ICCV 2019, with cosines for likeness, so that a slot's length has no say).
/// </summary>
/// <param name="Embedding">What was looked up, <c>[N, H, W, C]</c>.</param>
/// <param name="Slots">The slots, of length one: <c>[1, slots, 1, C]</c>.</param>
/// <param name="Shares">What each slot has in each pixel, <c>[N, H, W, slots]</c>: most of them 0.</param>
/// <param name="ReadOut">The pixels made anew, with the embedding's lengths: <c>[N, H, W, C]</c>.</param>
/// <param name="DecoderInput">What the decoder gets: <c>[N, H, W, C]</c>.</param>
internal sealed record MemoryReading(Value Embedding, Value Slots, Value Shares, Value ReadOut, Value DecoderInput)
{
    // A vector-quantising autoencoder (van den Oord et al. 2017) weighs the way of the embedding to its code so against that of the code to it.
    private const double EmbeddingsPart = 0.25;

    /// <summary>Adds the reading of a memory.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="embedding">What is looked up, <c>[N, H, W, C]</c>.</param>
    /// <param name="prefix">Before every name.</param>
    /// <param name="options">Slots, temperature, shrinkage and read-out.</param>
    /// <param name="initializer">Gives new slots their values, which last until embeddings are there to be clustered.</param>
    public static MemoryReading Add(Graph graph, Value embedding, string prefix, MutualMappingOptions options, Initializer? initializer)
    {
        int channels = embedding.Shape.C;
        string name = $"{prefix}slots";
        Parameter bank = graph.Parameters.GetOrAdd(name, () => Parameter.Matrix(name, options.Slots, channels), p => initializer?.Uniform(p, channels));
        Value slots = graph.Add(new L2Normalize(graph.Add(new ParameterValue(bank, new Shape(1, options.Slots, 1, channels)))));
        Value cosines = graph.Add(new MatrixMultiply(graph.Add(new L2Normalize(embedding)), slots, transposed: true));
        Value shares = graph.Add(new Softmax(cosines, (float)(1 / options.Temperature)));
        shares = options.Shrink > 0 ? graph.Add(new HardShrink(shares, (float)(options.Shrink / options.Slots))) : shares;
        Value readOut = graph.Add(new ScaleByLength(graph.Add(new MatrixMultiply(shares, slots)), embedding));
        return new MemoryReading(embedding, slots, shares, readOut, options.ReadOut == MemoryReadOut.Alone ? readOut : Join(graph, embedding, readOut, $"{prefix}join"));
    }

    /// <summary>Adds the memory's losses, scalars: what a weight of 0 takes away is not there.</summary>
    public IReadOnlyList<Value> AddLosses(Graph graph, MutualMappingOptions options)
    {
        var losses = new List<Value>();
        void Mean(double weight, Func<Value> make)
        {
            if (weight > 0)
            {
                Value value = make();
                losses.Add(graph.Add(new WeightedSum(value, (float)(weight / value.Shape.Length))));
            }
        }

        Value Fixed(Value value) => graph.Add(new StopGradient(value));
        Mean(options.Commitment, () => graph.Add(new CosineDistance(Fixed(Embedding), ReadOut)));
        Mean(options.Commitment * EmbeddingsPart, () => graph.Add(new CosineDistance(Embedding, Fixed(ReadOut))));
        Mean(options.Entropy, () => graph.Add(new Entropy(Shares)));

        // The cosines of slots with themselves are 1 whatever they are: the diagonal adds a constant and no gradient.
        Mean(options.Orthogonality, () =>
        {
            Value cosines = graph.Add(new MatrixMultiply(Slots, Slots, transposed: true));
            return graph.Add(new Multiply(cosines, cosines));
        });
        return losses;
    }

    // A 1 x 1 convolution that begins as the mean of both.
    private static Value Join(Graph graph, Value embedding, Value readOut, string name)
    {
        int channels = embedding.Shape.C;
        Value both = graph.Add(new Concat([embedding, readOut]));
        Parameter filter = graph.Parameters.GetOrAdd($"{name}.weight", () => Parameter.Filter($"{name}.weight", channels, 2 * channels, 1, 1), p =>
        {
            for (int from = 0; from < 2 * channels; from++)
            {
                p.Data.Span[(from * channels) + (from % channels)] = 0.5f;
            }
        });
        return graph.Add(new Convolution(both, filter, null));
    }
}
