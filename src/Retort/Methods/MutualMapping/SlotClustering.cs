namespace Retort.Methods.MutualMapping;

/// <summary>Clusters of directions (spherical k-means): what a memory's slots begin as.</summary>
internal static class SlotClustering
{
    private const int Rounds = 10;

    /// <summary>
    /// Makes slots of embeddings: the mean directions of clusters of them, with the mean of all their lengths. To what reads a slot its length means
    /// nothing, but to the optimiser, whose steps are of one size: a slot of length one would turn elsewhere within some steps.
    /// </summary>
    /// <param name="embeddings">Vectors one after the other, <c>[count, channels]</c>.</param>
    /// <param name="channels">Values of a vector.</param>
    /// <param name="slots">
    /// Receives vectors of one length, <c>[slots, channels]</c>. Where there are fewer different embeddings than slots, the slots that are left keep what they
    /// have.
    /// </param>
    public static void Run(ReadOnlySpan<float> embeddings, int channels, Span<float> slots)
    {
        double[][] vectors = [.. embeddings.ToArray().Chunk(channels).Select(Direction).OfType<double[]>()];
        List<double[]> centres = Spread(vectors, slots.Length / channels);
        for (int round = 0; round < Rounds; round++)
        {
            var sums = centres.ConvertAll(_ => new double[channels]);
            foreach (double[] vector in vectors)
            {
                double[] sum = sums[Nearest(centres, vector)];
                for (int c = 0; c < channels; c++)
                {
                    sum[c] += vector[c];
                }
            }

            // A cluster nobody belongs to stays where it is.
            centres = [.. sums.Select((sum, i) => Direction(sum) ?? centres[i])];
        }

        double length = embeddings.ToArray().Chunk(channels).Average(v => Math.Sqrt(v.Sum(x => (double)x * x)));
        for (int i = 0; i < centres.Count; i++)
        {
            for (int c = 0; c < channels; c++)
            {
                slots[(i * channels) + c] = (float)(length * centres[i][c]);
            }
        }
    }

    // Begin with the vector most like the mean, and go on with that which is least like any taken so far: it takes no draw.
    private static List<double[]> Spread(double[][] vectors, int count)
    {
        var centres = new List<double[]>();
        if (vectors.Length == 0)
        {
            return centres;
        }

        var mean = new double[vectors[0].Length];
        foreach (double[] vector in vectors)
        {
            for (int c = 0; c < mean.Length; c++)
            {
                mean[c] += vector[c];
            }
        }

        double[] next = vectors.MaxBy(v => Dot(v, mean))!;
        var likeness = new double[vectors.Length];
        Array.Fill(likeness, double.NegativeInfinity);
        while (true)
        {
            centres.Add(next);
            for (int i = 0; i < vectors.Length; i++)
            {
                likeness[i] = Math.Max(likeness[i], Dot(vectors[i], next));
            }

            int least = Array.IndexOf(likeness, likeness.Min());

            // Cosines of equal directions are one but for rounding.
            if (centres.Count == count || likeness[least] > 1 - 1e-9)
            {
                return centres;
            }

            next = vectors[least];
        }
    }

    private static int Nearest(List<double[]> centres, double[] vector)
    {
        int best = 0;
        double most = double.NegativeInfinity;
        for (int i = 0; i < centres.Count; i++)
        {
            double likeness = Dot(centres[i], vector);
            if (likeness > most)
            {
                (best, most) = (i, likeness);
            }
        }

        return best;
    }

    private static double[]? Direction(float[] vector) => Direction(Array.ConvertAll(vector, v => (double)v));

    private static double[]? Direction(double[] vector)
    {
        double length = Math.Sqrt(Dot(vector, vector));
        return length > 0 ? Array.ConvertAll(vector, v => v / length) : null;
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
