using Retort.Networks;

namespace Retort.Methods.DeSTSeg;

/// <summary>
/// The maps. The segmentation's is its probability, upsampled; the student's the product of the levels' cosine distances, upsampled.
/// </summary>
internal static class DeSTSegScoring
{
    /// <summary>Adds the maps, that which decides first.</summary>
    public static IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, DeSTSegOptions options)
    {
        IReadOnlyList<Value> teacher = DeSTSegNetwork.AddTeacher(graph, picture);
        IReadOnlyList<Value> student = DeSTSegNetwork.AddStudent(graph, picture, options.EncoderDecoder, null);
        Value FullSize(Value map) => graph.Add(new Resize(map, options.Size, options.Size));
        var distance = new MapComponent("student", FullSize(DeSTSegNetwork.AddDistanceMap(graph, teacher, student)));
        if (!options.Segmentation)
        {
            return [distance];
        }

        var segmentation = new MapComponent(
            "segmentation", FullSize(graph.Add(new Sigmoid(DeSTSegNetwork.AddSegmentation(graph, teacher, student, options, null)))));
        return options.Decide switch
        {
            DecidingMap.Student => [distance, segmentation],
            DecidingMap.Segmentation => [segmentation, distance],
            DecidingMap.Sum => [new MapComponent("sum", graph.Add(new Add(segmentation.Map, distance.Map))), segmentation, distance],
            _ => [new MapComponent("combined", DeSTSegNetwork.AddCombinedMap(graph, segmentation.Map, distance.Map)), segmentation, distance],
        };
    }
}
