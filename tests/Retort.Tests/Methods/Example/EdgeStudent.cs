using System.Text.Json.Nodes;
using Retort.Methods;
using Retort.Networks;
using Retort.Networks.Layers;
using Retort.Networks.Optimizers;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Tests.Methods.Example;

// The example of docs/adding-a-method.md, which shows these four types as they stand here.

/// <summary>Every number of the method, by its name on the command line.</summary>
internal sealed class EdgeStudentOptions : MethodOptions
{
    public EdgeStudentOptions()
    {
        Steps = [200];
        Number("rate", () => Rate, v => Rate = v, 0, 100);
        Whole("width", () => Width, v => Width = v, 1, 256);
        Schedule();
    }

    public override string MethodName => "Edge student";

    /// <summary>Learning rate of Adam. Ours.</summary>
    public double Rate { get; set; } = 0.001;

    /// <summary>Channels of the student's first layers. Ours.</summary>
    public int Width { get; set; } = 16;

    public override IReadOnlyList<string> PhaseNames => ["student"];
}

/// <summary>Networks, loss and map, as functions over a graph.</summary>
internal static class EdgeStudentNetwork
{
    public const string Teacher = "teacher.";
    public const string Student = "student.";

    /// <summary>The teacher's features at a quarter of the size: <c>[N, H/4, W/4, 64]</c>.</summary>
    public static Value AddTeacher(Graph graph, Value picture) => ResNet.Trunk(graph, picture, Teacher, levels: 1, folded: true)[0];

    /// <summary>A student of three layers that is to give the same.</summary>
    public static Value AddStudent(Graph graph, Value picture, EdgeStudentOptions options, Initializer? initializer)
    {
        Value y = graph.Convolution(picture, $"{Student}0", options.Width, 3, stride: 2, initializer: initializer);
        y = graph.Relu(graph.BatchNorm(y, $"{Student}1"));
        y = graph.Convolution(y, $"{Student}2", options.Width, 3, stride: 2, initializer: initializer);
        y = graph.Relu(graph.BatchNorm(y, $"{Student}3"));
        return graph.Convolution(y, $"{Student}4", ResNet.Channels[0], 1, initializer: initializer);
    }

    /// <summary>One minus the cosine of both at each pixel: what training brings down, and what inspection shows.</summary>
    public static Value AddDistance(Graph graph, Value picture, EdgeStudentOptions options, Initializer? initializer) =>
        graph.Add(new CosineDistance(AddTeacher(graph, picture), AddStudent(graph, picture, options, initializer)));
}

/// <summary>What a phase of the training is: losses, what they change, and how.</summary>
internal sealed class EdgeStudentTraining : PhasedTraining
{
    private readonly EdgeStudentOptions _options;

    public EdgeStudentTraining(EdgeStudentOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool)
        : base(options, batch, seed, pool)
    {
        _options = options;
        Begin(teacher, EdgeStudentNetwork.Teacher);
    }

    protected override TrainingPhase Describe(int phase, int batch, int size)
    {
        var graph = new Graph(Parameters);
        Value distance = EdgeStudentNetwork.AddDistance(graph, graph.Input("clean", new Shape(batch, size, size, 3)), _options, Initializer);
        return new TrainingPhase(
            [graph.Add(new WeightedSum(distance, 1f / distance.Shape.Pixels))],
            p => p.Name.StartsWith(EdgeStudentNetwork.Student, StringComparison.Ordinal),
            plan => new Adam(plan, [new ParameterGroup(_ => true, _options.Rate)]));
    }
}

/// <summary>What the catalogue lists.</summary>
internal sealed class EdgeStudentMethod : IMethod
{
    public string Id => "edge-student";

    public string Title => "Edge student (example)";

    public MethodOptions CreateOptions(string preset) => preset switch
    {
        "quick" => new EdgeStudentOptions { Steps = [50] },
        "balanced" or "paper" => new EdgeStudentOptions(),
        _ => throw new RetortException($"--preset {preset}: there is no such preset; choose quick, balanced or paper."),
    };

    public MethodOptions ReadOptions(JsonObject json)
    {
        var options = new EdgeStudentOptions();
        options.Read(json);
        return options;
    }

    public ITrainingRun StartTraining(MethodOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool) =>
        new EdgeStudentTraining((EdgeStudentOptions)options, teacher, batch, seed, pool);

    public IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, MethodOptions options)
    {
        Value distance = EdgeStudentNetwork.AddDistance(graph, picture, (EdgeStudentOptions)options, null);
        return [new MapComponent("distance", graph.Add(new Resize(distance, options.Size, options.Size)))];
    }
}
