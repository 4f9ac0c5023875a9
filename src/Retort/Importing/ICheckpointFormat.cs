using Retort.Methods;
using Retort.Networks;

namespace Retort.Importing;

/// <summary>The checkpoints of another implementation of a method: what its tensors are called, and which options they were trained with.</summary>
internal interface ICheckpointFormat
{
    /// <summary>The name on the command line, for instance <c>destseg</c>.</summary>
    string Id { get; }

    /// <summary>What messages call such a checkpoint.</summary>
    string Title { get; }

    /// <summary>The id of the method here.</summary>
    string Method { get; }

    /// <summary>The prefix of a teacher's names once they are ours: batch norms not folded yet, as in the state dict of the network alone.</summary>
    string Teacher { get; }

    /// <summary>The table of names; the first line that fits counts.</summary>
    IReadOnlyList<NameRule> Names { get; }

    /// <summary>What precedes the names of a file that holds a part alone, as the table has it: <c>bn.</c> for the state dict of the embedding; else nothing.</summary>
    /// <param name="names">The file's names.</param>
    string PartOf(IReadOnlyCollection<string> names);

    /// <summary>The options, as names and shapes tell them; size as by default.</summary>
    /// <exception cref="RetortException">No such model has these tensors.</exception>
    MethodOptions Recognise(CheckpointTensors tensors);

    /// <summary>Adds the model to a graph, for its parameters.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="picture">Pictures <c>[N, Size, Size, 3]</c>.</param>
    /// <param name="options">What <see cref="Recognise"/> gave.</param>
    void AddModel(Graph graph, Value picture, MethodOptions options);
}
