using Retort.Methods.MutualMapping;

namespace Retort.Tests.Methods.MutualMapping;

public sealed class SlotClusteringTests
{
    [Fact]
    public void Slots_are_the_mean_directions_of_clusters_with_the_mean_length_of_all()
    {
        // Three directions, each with two neighbours at equal angles whose lengths differ.
        float[][] vectors = [[3, 0, 0], [0, 5, 0], [0, 0, 1], [10, 1, 0], [10, -1, 0], [0, 2, 0.2f], [0, 2, -0.2f], [0.1f, 0, 1], [-0.1f, 0, 1]];
        float[] slots = new float[9];
        SlotClustering.Run([.. vectors.SelectMany(v => v)], 3, slots);
        double length = vectors.Average(v => Math.Sqrt(v.Sum(x => (double)x * x)));
        Assert.All([[1f, 0, 0], [0, 1, 0], (float[])[0, 0, 1]], axis => Assert.Single(slots.Chunk(3), s => s.Zip(axis, (a, b) => Math.Abs(a - (length * b))).Max() < 1e-5));
    }

    [Fact]
    public void The_same_embeddings_give_the_same_slots()
    {
        float[] embeddings = DeSTSeg.FormulaTensors.Uniform("embeddings", 200 * 16);
        float[] once = new float[7 * 16], again = new float[7 * 16];
        SlotClustering.Run(embeddings, 16, once);
        SlotClustering.Run(embeddings, 16, again);
        Assert.Equal(once, again);
        double length = embeddings.Chunk(16).Average(v => Math.Sqrt(v.Sum(x => (double)x * x)));
        Assert.All(once.Chunk(16), slot => Assert.Equal(length, Math.Sqrt(slot.Sum(v => (double)v * v)), 1e-5));

        // Nearer than seven of the vectors taken as they come.
        double Likeness(float[] centres) => embeddings.Chunk(16).Average(v => centres.Chunk(16).Max(c => Cosine(v, c)));
        Assert.True(Likeness(once) > Likeness(embeddings[..(7 * 16)]) + 0.02, $"{Likeness(once)}, {Likeness(embeddings[..(7 * 16)])}");
    }

    [Fact]
    public void Slots_for_which_there_is_no_embedding_keep_what_they_have()
    {
        float[] slots = [7, 7, 7, 7, 7, 7];
        SlotClustering.Run([0, 2, 0, 2, 0, 0, 0, 4], 2, slots);
        Assert.Equal([0f, 2, 7, 7, 7, 7], slots);
        SlotClustering.Run([0, 0], 2, slots);
        Assert.Equal([0f, 2, 7, 7, 7, 7], slots);
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));
}
