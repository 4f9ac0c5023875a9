using Retort.Networks;

namespace Retort.Methods.Bidirectional;

/// <summary>
/// The maps. A student's is the sum over levels of one minus its cosine with the teacher, enlarged with the corners kept, and smoothed (RD4AD); the joined
/// one is the sum of both.
/// </summary>
internal static class BidirectionalScoring
{
    /// <summary>Adds the maps, that which decides first: <c>joined</c>, <c>forward</c>, <c>backward</c>, or that of the only student.</summary>
    public static IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, BidirectionalOptions options)
    {
        IReadOnlyList<Value> teacher = BidirectionalNetwork.AddTeacher(graph, picture, options.Backbone);
        var maps = new List<MapComponent>();
        if (options.Forward)
        {
            maps.Add(new MapComponent("forward", Distance(BidirectionalNetwork.AddForward(graph, picture, options.Backbone, null))));
        }

        if (options.Backward)
        {
            maps.Add(new MapComponent("backward", Distance(BidirectionalNetwork.AddBackward(graph, teacher, options.Backbone, null))));
        }

        if (maps.Count == 2)
        {
            maps.Insert(0, new MapComponent("joined", graph.Add(new Add(maps[0].Map, maps[1].Map))));
        }

        return [.. maps.Select(m => m with { Map = Smooth(m.Map) })];

        Value Distance(IReadOnlyList<Value> student) => teacher
            .Zip(student, (t, s) => graph.Add(new Resize(graph.Add(new CosineDistance(t, s)), options.Size, options.Size, alignCorners: true)))
            .Aggregate((a, b) => graph.Add(new Add(a, b)));

        Value Smooth(Value map) => options.Sigma > 0 ? graph.Add(new GaussianBlur(map, options.Sigma)) : map;
    }
}
