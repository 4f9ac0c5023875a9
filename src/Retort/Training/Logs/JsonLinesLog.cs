using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Retort.Training.Logs;

/// <summary>
/// A JSON object a line. A step: <c>{"step":12,"phase":"student","phase_step":12,"loss":0.31,"smoothed_loss":0.29,"seconds":4.2}</c>, its
/// <c>step</c> counted over all phases; anything else that was told: <c>{"note":"..."}</c>.
/// </summary>
/// <param name="path">The file; conventionally <c>.jsonl</c>.</param>
/// <param name="resume">Whether the training goes on from a checkpoint if there is one; else records of an earlier training are dropped.</param>
/// <exception cref="RetortException">The file cannot be written, or is to be gone on with and no such log.</exception>
public sealed class JsonLinesLog(string path, bool resume = false) : StepLog(path, resume)
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private protected override IEnumerable<StepRecord> ReadWhole(Stream file)
    {
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        byte[] bytes = copy.ToArray();
        for (int start = 0, end; (end = Array.IndexOf(bytes, (byte)'\n', start) + 1) > 0; start = end)
        {
            JsonObject record = Parse(bytes.AsSpan(start, end - start));
            long step = record["step"] is JsonValue value && value.TryGetValue(out long number) ? number
                : record.ContainsKey("note") ? 0
                : throw new InvalidDataException("a line is of another kind");
            yield return new StepRecord(step, end);
        }
    }

    private protected override ReadOnlySpan<byte> StepBytes(TrainingProgress step) => Line(new JsonObject
    {
        ["step"] = step.StepsDone,
        ["phase"] = step.Phase,
        ["phase_step"] = step.Step,
        ["loss"] = step.Loss,
        ["smoothed_loss"] = step.SmoothedLoss,
        ["seconds"] = Math.Round(step.Elapsed.TotalSeconds, 3),
    });

    private protected override ReadOnlySpan<byte> NoteBytes(string note) => Line(new JsonObject { ["note"] = note });

    private static byte[] Line(JsonObject record) => Encoding.UTF8.GetBytes(record.ToJsonString(OneLine) + "\n");

    private static JsonObject Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return JsonNode.Parse(ref reader) as JsonObject ?? throw new InvalidDataException("a line is not a JSON object");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException("a line is not JSON", failure);
        }
    }
}
