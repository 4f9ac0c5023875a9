using System.Collections.Concurrent;

namespace Retort.Methods;

/// <summary>The one list of methods.</summary>
public static class MethodCatalog
{
    /// <summary>All methods, in the order they are shown.</summary>
    public static IReadOnlyList<IMethod> All { get; } =
    [
        new DeSTSeg.DeSTSegMethod(),
        new MutualMapping.MutualMappingMethod(),
        new Bidirectional.BidirectionalMethod(),
        new ReverseDistillation.ReverseDistillationMethod(),
        new Stfpm.StfpmMethod(),
    ];

    /// <summary>Methods that tests add; never shown.</summary>
    internal static ConcurrentBag<IMethod> ForTests { get; } = new();

    /// <summary>Finds a method by its id.</summary>
    /// <exception cref="RetortException">There is none of that name; the message lists those there are.</exception>
    public static IMethod Get(string id) =>
        All.Concat(ForTests).FirstOrDefault(m => m.Id == id)
        ?? throw new RetortException($"--method {id}: there is no such method; choose one of {string.Join(", ", All.Select(m => m.Id))}.");
}
