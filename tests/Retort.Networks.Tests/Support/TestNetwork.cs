using Retort.Networks.Plans;
using Retort.Numerics;

namespace Retort.Networks.Tests.Support;

/// <summary>A graph with random inputs and random parameters; those named frozen do not train.</summary>
internal sealed class TestNetwork
{
    private readonly Dictionary<string, float[]> _inputs = [];
    private CounterRandom _random;

    public TestNetwork(ulong seed = 1)
    {
        Graph = new Graph(new ParameterSet());
        _random = new CounterRandom(seed);
    }

    /// <summary>The caller's thread alone.</summary>
    public static WorkerPool OneThread { get; } = new(1);

    public Graph Graph { get; }

    /// <summary>Every tensor made by <see cref="Trainable"/>.</summary>
    public List<Value> Trainables { get; } = [];

    public static bool Trains(Parameter parameter) => !parameter.IsStatistic && !parameter.Name.StartsWith("frozen", StringComparison.Ordinal);

    public Value Add(Operation operation) => Graph.Add(operation);

    /// <summary>Data: nothing trains it.</summary>
    public Value Input(Shape shape, Func<double, double>? map = null)
    {
        string name = $"input{_inputs.Count}";
        var data = new float[shape.Length];
        Draw(data, map);
        _inputs.Add(name, data);
        return Graph.Input(name, shape);
    }

    /// <summary>A tensor whose every element is trained.</summary>
    public Value Trainable(Shape shape, Func<double, double>? map = null)
    {
        Value value = Add(new ParameterValue(New(name => Parameter.Vector(name, (int)shape.Length), "tensor", map), shape));
        Trainables.Add(value);
        return value;
    }

    public Parameter Filter(int outChannels, int inChannels, int kernelH, int kernelW, string name = "filter") =>
        New(n => Parameter.Filter(n, outChannels, inChannels, kernelH, kernelW), name, x => x / Math.Sqrt(inChannels * kernelH * kernelW));

    public Parameter Vector(int length, string name = "vector") => New(n => Parameter.Vector(n, length), name, null);

    public BatchNormParameters Norm(int channels, string name = "norm") => new(
        New(n => Parameter.Vector(n, channels), $"{name}.weight", x => 1 + (0.3 * x)),
        New(n => Parameter.Vector(n, channels), $"{name}.bias", null),
        New(n => Parameter.Vector(n, channels, isStatistic: true), $"{name}.running_mean", null),
        New(n => Parameter.Vector(n, channels, isStatistic: true), $"{name}.running_var", x => 0.5 + (x * x)));

    /// <summary>A scalar in which every element of a tensor has its own random weight.</summary>
    public Value Projected(Value value) => Add(new WeightedSum(Add(new Multiply(value, Input(value.Shape))), 1));

    /// <summary>Gives every parameter and statistic random values, also those a layer function made.</summary>
    public void Randomize()
    {
        foreach (Parameter p in Graph.Parameters.All)
        {
            bool isScale = p.FileShape.Count == 1 && p.Name.EndsWith("weight", StringComparison.Ordinal);
            Func<double, double>? map = p.Name.EndsWith("running_var", StringComparison.Ordinal) ? x => 0.5 + (x * x)
                : isScale ? x => 1 + (0.3 * x)
                : p.FileShape.Count == 4 ? x => x / Math.Sqrt(p.Length / p.FileShape[0])
                : null;
            Draw(p.Data.Span, map);
        }
    }

    public IReadOnlyDictionary<string, float[]> Inputs => _inputs;

    public SlowEvaluator Evaluator(Func<Parameter, bool> trains) => new(Graph.Parameters, _inputs, trains);

    public void FillInputs(Plan plan)
    {
        foreach ((string name, float[] data) in _inputs.Where(i => plan.HasInput(i.Key)))
        {
            data.CopyTo(plan.Input(name));
        }
    }

    private Parameter New(Func<string, Parameter> create, string name, Func<double, double>? map)
    {
        name = Graph.Parameters.All.Any(p => p.Name == name) ? $"{name}{Graph.Parameters.All.Count}" : name;
        return Graph.Parameters.GetOrAdd(name, () => create(name), p => Draw(p.Data.Span, map));
    }

    private void Draw(Span<float> data, Func<double, double>? map)
    {
        foreach (ref float value in data)
        {
            double x = _random.NextGaussian();
            value = (float)(map == null ? x : map(x));
        }
    }
}
