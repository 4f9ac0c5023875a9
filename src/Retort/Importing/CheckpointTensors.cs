using Retort.Networks;
using Retort.Networks.Weights;

namespace Retort.Importing;

/// <summary>The tensors of a checkpoint by our names, checked as they are taken. Messages call them by the checkpoint's own names.</summary>
internal sealed class CheckpointTensors
{
    // A state dict may lie in a training checkpoint, and DataParallel puts 'module.' before every name.
    private static readonly string[] Wrappings = ["", "module.", "state_dict.module.", "state_dict.", "model.module.", "model."];

    // How many batches a normalisation has seen: no map depends on it.
    private const string Counter = ".num_batches_tracked";

    private readonly Dictionary<string, (NamedTensor Tensor, string Theirs, string File)> _byOurName = new(StringComparer.Ordinal);
    private readonly ICheckpointFormat _format;
    private readonly string _files;

    /// <summary>Puts the tensors of one or more files together.</summary>
    /// <param name="format">What they are called.</param>
    /// <param name="files">The files, with their paths.</param>
    /// <exception cref="RetortException">A tensor is not one of such a checkpoint, or is there twice.</exception>
    public CheckpointTensors(ICheckpointFormat format, IReadOnlyList<(string Path, CheckpointFile Content)> files)
    {
        _format = format;
        _files = string.Join(", ", files.Select(f => f.Path));
        foreach ((string path, CheckpointFile content) in files)
        {
            Add(path, content.Tensors);
        }
    }

    /// <summary>Whether there is a tensor of a name of ours.</summary>
    public bool Has(string name) => _byOurName.ContainsKey(name);

    /// <summary>Whether there are tensors whose name of ours begins so.</summary>
    public bool HasAny(string prefix) => _byOurName.Keys.Any(n => n.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The tensors whose name of ours begins so, without that beginning.</summary>
    public IReadOnlyList<NamedTensor> Under(string prefix) =>
        [.. _byOurName.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(t => t.Value.Tensor with { Name = t.Key[prefix.Length..] })];

    /// <summary>The shape of a tensor.</summary>
    /// <param name="name">Its name of ours.</param>
    /// <exception cref="RetortException">There is none.</exception>
    public IReadOnlyList<int> ShapeOf(string name) => _byOurName.TryGetValue(name, out (NamedTensor Tensor, string, string) found) ? found.Tensor.Shape : throw Lacking(name, null);

    /// <summary>The tensors of a model's parameters, in their order.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <exception cref="RetortException">One is missing, of another shape or not finite, or there are others that the model does not have.</exception>
    public IReadOnlyList<NamedTensor> Take(IReadOnlyList<Parameter> parameters)
    {
        NamedTensor[] taken = [.. parameters.Select(Take)];
        HashSet<string> known = [.. parameters.Select(p => p.Name)];
        if (_byOurName.Where(t => !known.Contains(t.Key) && !t.Key.StartsWith(_format.Teacher, StringComparison.Ordinal)).Select(t => t.Value).FirstOrDefault() is { Tensor: not null } other)
        {
            throw new RetortException($"{other.File}: it holds the tensor {other.Theirs} {Show(other.Tensor.Shape)}, which {_format.Title} with its other tensors does not have; give an unchanged checkpoint.");
        }

        return taken;
    }

    private NamedTensor Take(Parameter parameter)
    {
        if (!_byOurName.TryGetValue(parameter.Name, out (NamedTensor Tensor, string Theirs, string File) found))
        {
            throw Lacking(parameter.Name, parameter.FileShape);
        }

        if (!found.Tensor.Shape.SequenceEqual(parameter.FileShape))
        {
            throw new RetortException($"{found.File}: it holds {found.Theirs} as {Show(found.Tensor.Shape)} where {_format.Title} has {Show(parameter.FileShape)}; give an unchanged checkpoint.");
        }

        return Array.TrueForAll(found.Tensor.Data, float.IsFinite)
            ? found.Tensor with { Name = parameter.Name }
            : throw new RetortException($"{found.File}: it holds values for {found.Theirs} that are not finite; give a checkpoint of a training that did not fail.");
    }

    private void Add(string path, IReadOnlyList<NamedTensor> tensors)
    {
        (string wrapping, string part) = FindPlace([.. tensors.Select(t => t.Name)]);
        foreach (NamedTensor tensor in tensors.Where(t => t.Name.StartsWith(wrapping, StringComparison.Ordinal)))
        {
            string theirs = part + tensor.Name[wrapping.Length..];
            NameRule rule = RuleFor(theirs)
                ?? throw new RetortException($"{path}: it holds the tensor {tensor.Name} {Show(tensor.Shape)}, which {_format.Title} does not have; give such a checkpoint, or another --from.");
            if (rule.Ours is null || theirs.EndsWith(Counter, StringComparison.Ordinal))
            {
                continue;
            }

            if (!_byOurName.TryAdd(rule.Ours + theirs[rule.Theirs.Length..], (tensor, tensor.Name, path)))
            {
                throw new RetortException($"{path}: it holds the tensor {tensor.Name}, which another file or name gave already; give each part once.");
            }
        }
    }

    // Where in the file the model lies, and which part of it that is. What lies elsewhere, an optimiser's state for instance, is passed over.
    private (string Wrapping, string Part) FindPlace(IReadOnlyList<string> names)
    {
        foreach (string wrapping in Wrappings)
        {
            string[] inside = [.. names.Where(n => n.StartsWith(wrapping, StringComparison.Ordinal)).Select(n => n[wrapping.Length..])];
            string part = _format.PartOf(inside);
            if (Array.Exists(inside, n => RuleFor(part + n) is not null))
            {
                return (wrapping, part);
            }
        }

        return ("", "");
    }

    private NameRule? RuleFor(string theirs) => _format.Names.FirstOrDefault(r => theirs.StartsWith(r.Theirs, StringComparison.Ordinal));

    private RetortException Lacking(string name, IReadOnlyList<int>? shape)
    {
        NameRule rule = _format.Names.First(r => r.Ours is { } ours && name.StartsWith(ours, StringComparison.Ordinal));
        string wanted = rule.Theirs + name[rule.Ours!.Length..] + (shape is null ? "" : " " + Show(shape));
        return new RetortException($"{_files}: the tensor {wanted} of {_format.Title} is missing; give a whole checkpoint.");
    }

    private static string Show(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";
}
