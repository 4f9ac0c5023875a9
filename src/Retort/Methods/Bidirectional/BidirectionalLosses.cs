using Retort.Networks;

namespace Retort.Methods.Bidirectional;

/// <summary>What the loss has beyond those of STFPM and RD4AD: one scalar a level each.</summary>
internal static class BidirectionalLosses
{
    /// <summary>
    /// Each student towards the other where the picture is as it was. "Towards the other, which is held fixed" once for either is in its gradient just the
    /// distance of the two, so that is what is here, once; its value is half of the two terms'.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="forward">Features of the one.</param>
    /// <param name="backward">Features of the other.</param>
    /// <param name="normal">1 where a pixel of the level has nothing anomalous, <c>[N, H, W, 1]</c>.</param>
    /// <param name="weight">One number, for it changes with the steps.</param>
    public static IEnumerable<Value> AddExchange(
        Graph graph, IReadOnlyList<Value> forward, IReadOnlyList<Value> backward, IReadOnlyList<Value> normal, Value weight) =>
        forward.Select((f, i) => graph.Add(new Multiply(graph.Add(new MaskedMean(graph.Add(new CosineDistance(f, backward[i])), normal[i])), weight)));

    /// <summary>
    /// A student away from the teacher's features of the anomaly where there is one: what its distance lacks to the margin. That distance is what scores
    /// pictures, so it is trained for what it is used for.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="teacher">The teacher's features of the corrupted picture.</param>
    /// <param name="student">A student's.</param>
    /// <param name="anomalous">1 where a pixel of the level is mostly anomalous, <c>[N, H, W, 1]</c>.</param>
    /// <param name="options">Margin and weight.</param>
    public static IEnumerable<Value> AddDiversity(
        Graph graph, IReadOnlyList<Value> teacher, IReadOnlyList<Value> student, IReadOnlyList<Value> anomalous, BidirectionalOptions options) =>
        teacher.Select((t, i) => graph.Add(new MaskedMean(
            graph.Add(new Hinge(graph.Add(new CosineDistance(t, student[i])), (float)options.Margin)), anomalous[i], (float)options.DiversityWeight)));
}
