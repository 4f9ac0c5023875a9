using System.Text.Json;
using Retort.Importing;
using Retort.Methods;
using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Importing;

/// <summary>A checkpoint under its authors' names, and the map that PyTorch makes with it: Goldens/make_import.py.</summary>
internal sealed class CheckpointSample
{
    public const int Size = 64;

    private readonly JsonElement _golden;

    public CheckpointSample(string from)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Golden.PathOf("Importing", "import.json")));
        _golden = document.RootElement.GetProperty(from).Clone();
        Format = from == "destseg" ? new DeSTSegCheckpoint() : new ReverseDistillationCheckpoint();
        Shapes = [.. _golden.GetProperty("shapes").EnumerateObject().Select(p => new NamedTensor(p.Name, [.. p.Value.EnumerateArray().Select(e => e.GetInt32())], []))];
    }

    public ICheckpointFormat Format { get; }

    /// <summary>Its tensors without values. Of the teacher, which the release does not save, as of the others.</summary>
    public IReadOnlyList<NamedTensor> Shapes { get; }

    /// <summary>The tensors with their values whose names begin with one of these.</summary>
    public NamedTensor[] Tensors(params string[] prefixes) =>
        [.. Shapes.Where(t => prefixes.Any(p => t.Name.StartsWith(p, StringComparison.Ordinal)))
            .Select(t => t.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal) ? new NamedTensor(t.Name, [], [0]) : FormulaTensors.Parameter(t.Name, t.Shape))];

    /// <summary>Takes the student's tensors from files, as an import does.</summary>
    public IReadOnlyList<NamedTensor> Take(params (string Path, IEnumerable<NamedTensor> Tensors)[] files)
    {
        var tensors = new CheckpointTensors(Format, [.. files.Select(f => (f.Path, new CheckpointFile([.. f.Tensors], "")))]);
        MethodOptions options = Format.Recognise(tensors);
        options.Size = Size;
        var parameters = new ParameterSet();
        var graph = new Graph(parameters);
        Format.AddModel(graph, graph.Input("picture", new Shape(1, Size, Size, 3)), options);
        return tensors.Take([.. parameters.All.Where(p => !p.Name.StartsWith(Format.Teacher, StringComparison.Ordinal))]);
    }

    /// <summary>Compares the maps of two pictures, to 1e-4.</summary>
    public void AssertMaps(IScorer scorer)
    {
        MethodGoldenPictures().CopyTo(scorer.Input);
        scorer.Run(scorer.Batch, allComponents: false);
        JsonElement samples = _golden.GetProperty("map");
        int step = samples.GetProperty("step").GetInt32();
        int i = 0;
        foreach (JsonElement value in samples.GetProperty("values").EnumerateArray())
        {
            int index = i++ * step;
            float actual = scorer.Map(0, index / (Size * Size))[index % (Size * Size)];
            Assert.True(Math.Abs(value.GetDouble() - actual) <= 1e-4, $"map at {index}: {actual}, PyTorch {value.GetDouble()}");
        }

        Assert.Equal(200, i);
    }

    private static float[] MethodGoldenPictures() => FormulaTensors.Uniform("clean", 2 * Size * Size * 3);
}
