using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Retort.Detectors;

/// <summary>Reads a JSON object of ours field by field; a field that is missing or of another kind becomes one clear error.</summary>
internal readonly struct JsonFields
{
    private readonly JsonObject _object;
    private readonly string _place;
    private readonly Func<string, RetortException> _fail;

    /// <summary>Wraps the root object of a file.</summary>
    /// <param name="root">The object.</param>
    /// <param name="fail">Makes the error from a description such as <c>"thresholds.image" is missing</c>.</param>
    public JsonFields(JsonObject root, Func<string, RetortException> fail)
        : this(root, "", fail)
    {
    }

    private JsonFields(JsonObject node, string place, Func<string, RetortException> fail)
    {
        _object = node;
        _place = place;
        _fail = fail;
    }

    public bool Has(string name) => _object[name] is not null;

    public JsonObject Node(string name) => Get(name) as JsonObject ?? throw Wrong(name, "an object");

    public JsonFields Object(string name) => new(Node(name), _place + name + ".", _fail);

    public JsonFields? OptionalObject(string name) => Has(name) ? Object(name) : null;

    public IEnumerable<JsonFields> Objects(string name)
    {
        JsonArray array = Array(name);
        for (int i = 0; i < array.Count; i++)
        {
            JsonObject node = array[i] as JsonObject ?? throw Wrong(name, "a list of objects");
            yield return new JsonFields(node, $"{_place}{name}[{i}].", _fail);
        }
    }

    public string Text(string name) => Value<string>(name, "a text");

    public string? OptionalText(string name) => Has(name) ? Text(name) : null;

    /// <summary>One of a few words, as what it stands for.</summary>
    public T Choice<T>(string name, IReadOnlyDictionary<string, T> words) =>
        words.TryGetValue(Text(name), out T? value) ? value : throw Wrong(name, "one of " + string.Join(", ", words.Keys));

    public IReadOnlyList<string> Texts(string name) => Values<string>(name, "a list of texts");

    public int Whole(string name, int least = 0)
    {
        int value = Value<int>(name, "a whole number");
        return value >= least ? value : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"at least {least}"));
    }

    public long Long(string name)
    {
        long value = Value<long>(name, "a whole number");
        return value >= 0 ? value : throw Wrong(name, "at least 0");
    }

    public ulong Unsigned(string name) => Value<ulong>(name, "a whole number");

    public double Number(string name)
    {
        double value = Value<double>(name, "a number");
        return double.IsFinite(value) ? value : throw Wrong(name, "a finite number");
    }

    public IReadOnlyList<double> Numbers(string name) => Values<double>(name, "a list of numbers");

    private JsonNode Get(string name) => _object[name] ?? throw _fail($"\"{_place}{name}\" is missing");

    private JsonArray Array(string name) => Get(name) as JsonArray ?? throw Wrong(name, "a list");

    private T Value<T>(string name, string kind) => Get(name) is JsonValue value && value.TryGetValue(out T? result) ? result : throw Wrong(name, kind);

    private List<T> Values<T>(string name, string kind)
    {
        var result = new List<T>();
        foreach (JsonNode? item in Array(name))
        {
            result.Add(item is JsonValue value && value.TryGetValue(out T? element) ? element : throw Wrong(name, kind));
        }

        return result;
    }

    private RetortException Wrong(string name, string kind) => _fail($"\"{_place}{name}\" is not {kind}");

    /// <summary>Reads an object from bytes that may hold anything.</summary>
    /// <returns>Null if they are not a JSON object.</returns>
    public static JsonObject? Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var root = JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
            Decode(root);
            return root;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Texts are decoded when they are first asked for, and what is not valid Unicode fails only then: do it where failing is expected.
    private static void Decode(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach ((_, JsonNode? value) in fields)
                {
                    Decode(value);
                }

                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                {
                    Decode(item);
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                value.GetValue<string>();
                break;
        }
    }
}
