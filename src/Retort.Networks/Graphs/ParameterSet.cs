using Retort.Networks.Weights;

namespace Retort.Networks;

/// <summary>
/// The state of a network by name, in the order it was first asked for. Building the same network twice on one set, for instance
/// with another batch size, gives both graphs the same parameters.
/// </summary>
public sealed class ParameterSet
{
    private readonly Dictionary<string, Parameter> _byName = [];
    private readonly List<Parameter> _all = [];

    /// <summary>All parameters and statistics.</summary>
    public IReadOnlyList<Parameter> All => _all;

    /// <summary>Gets a parameter, or adds a new one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="create">Makes it, zeroed.</param>
    /// <param name="initialize">Gives a new one its initial values.</param>
    public Parameter GetOrAdd(string name, Func<Parameter> create, Action<Parameter>? initialize = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        if (!_byName.TryGetValue(name, out Parameter? parameter))
        {
            parameter = create();
            initialize?.Invoke(parameter);
            _byName.Add(name, parameter);
            _all.Add(parameter);
        }

        return parameter;
    }

    /// <summary>Gets a parameter.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public Parameter this[string name] =>
        _byName.TryGetValue(name, out Parameter? parameter) ? parameter : throw new KeyNotFoundException($"The network has no parameter {name}.");

    /// <summary>All values in file order, see <see cref="Parameter.Export"/>.</summary>
    /// <param name="prefix">Only names that begin so.</param>
    public IReadOnlyList<NamedTensor> Export(string prefix = "") =>
        [.. _all.Where(p => p.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(p => p.Export())];

    /// <summary>Takes over values by name. Tensors of other names are left alone.</summary>
    /// <param name="tensors">The tensors, gone through once.</param>
    /// <param name="prefix">Which parameters to set: those whose names begin so.</param>
    /// <param name="strip">Whether the tensors' names lack the prefix.</param>
    /// <exception cref="ArgumentException">A parameter has no tensor, or one of another shape; the message names it.</exception>
    public void Import(IEnumerable<NamedTensor> tensors, string prefix = "", bool strip = false)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        string before = strip ? prefix : "";
        var missing = _all.Where(p => p.Name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(p => p.Name);
        foreach (NamedTensor tensor in tensors)
        {
            if (missing.Remove(before + tensor.Name, out Parameter? parameter))
            {
                parameter.Import(tensor);
            }
        }

        if (_all.Find(p => missing.ContainsKey(p.Name)) is Parameter lost)
        {
            throw new ArgumentException($"Tensor {lost.Name[before.Length..]} is missing.");
        }
    }
}
