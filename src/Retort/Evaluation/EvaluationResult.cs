using System.Text.Json.Nodes;
using Retort.Metrics;

namespace Retort.Evaluation;

/// <summary>How a detector did on a test set.</summary>
public sealed record EvaluationResult
{
    /// <summary>The metrics of each map, that which decides first; by the names of <see cref="Detectors.Detector.Components"/>.</summary>
    public required IReadOnlyList<KeyValuePair<string, EvaluationMetrics>> Components { get; init; }

    /// <summary>The curves behind the metrics of the map that decides.</summary>
    public EvaluationCurves Curves { get; init; } = new();

    /// <summary>How many test pictures were evaluated.</summary>
    public required int Images { get; init; }

    /// <summary>How many of them show a defect.</summary>
    public required int Anomalous { get; init; }

    /// <summary>Seconds in all: reading, inspecting by all maps, and computing the metrics.</summary>
    public required double Seconds { get; init; }

    /// <summary>
    /// The time of one inspection in milliseconds, from decoded pixels at the input size to deciding map and score: the median over some
    /// of the pictures, after a first one that does not count. Decoding and resizing are not in it.
    /// </summary>
    public required double MillisecondsPerImage { get; init; }

    /// <summary>The threads that were used.</summary>
    public required int Threads { get; init; }

    /// <summary>What the user should know, one sentence each; empty for most evaluations.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The metrics of the map that decides.</summary>
    public EvaluationMetrics Deciding => Components[0].Value;

    /// <summary>For other programs: the deciding map's metrics at the top, those of all maps under <c>components</c>; null where one is not defined.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = ToJson(Deciding);
        json["images"] = Images;
        json["seconds"] = Math.Round(Seconds, 3);
        json["milliseconds_per_image"] = Math.Round(MillisecondsPerImage, 3);
        json["threads"] = Threads;
        json["components"] = new JsonObject(Components.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)ToJson(c.Value))));
        return json;
    }

    private static JsonObject ToJson(EvaluationMetrics metrics) => new(Metric.All.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Of(metrics))));
}
