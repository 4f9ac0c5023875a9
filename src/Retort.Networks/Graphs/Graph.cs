namespace Retort.Networks;

/// <summary>
/// Operations in the order they were added; each uses only values made before it. A network is a function that adds operations to
/// a graph. The same graph serves training and inspection: plans compile it.
/// </summary>
public sealed class Graph
{
    private readonly List<Operation> _operations = [];

    /// <summary>Makes an empty graph whose parameters live in a set that other graphs may share.</summary>
    public Graph(ParameterSet parameters) => Parameters = parameters;

    /// <summary>Where the operations' parameters live.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The operations in order.</summary>
    public IReadOnlyList<Operation> Operations => _operations;

    /// <summary>Adds an operation and returns its output.</summary>
    /// <exception cref="ArgumentException">The operation's inputs do not fit together; the message names the shapes.</exception>
    public Value Add(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        operation.Bind();
        _operations.Add(operation);
        return operation.Output;
    }

    /// <summary>Adds an input that the user of a plan fills before each run.</summary>
    public Value Input(string name, Shape shape) => Add(new Input(name, shape));
}
