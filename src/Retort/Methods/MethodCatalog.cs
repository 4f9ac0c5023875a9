using System.Collections.Concurrent;

namespace Retort.Methods;

/// <summary>The one list of methods.</summary>
public static class MethodCatalog
{
    /// <summary>The ids of all methods, for instance <c>destseg</c>, in the order they are shown.</summary>
    public static IReadOnlyList<string> Ids => [.. All.Select(m => m.Id)];

    /// <summary>All methods, in the order they are shown.</summary>
    internal static IReadOnlyList<IMethod> All { get; } =
    [
        new DeSTSeg.DeSTSegMethod(),
        new MutualMapping.MutualMappingMethod(),
        new Bidirectional.BidirectionalMethod(),
        new ReverseDistillation.ReverseDistillationMethod(),
        new Stfpm.StfpmMethod(),
    ];

    /// <summary>Methods that tests add; never shown.</summary>
    internal static ConcurrentBag<IMethod> ForTests { get; } = new();

    /// <summary>The options of a method's preset, to be changed and trained with; see <see cref="Training.TrainingSettings.For"/>.</summary>
    /// <param name="id">The method's id.</param>
    /// <param name="preset"><c>quick</c>, <c>balanced</c> or <c>paper</c>.</param>
    /// <exception cref="RetortException">There is no such method or preset; the message lists those there are.</exception>
    public static MethodOptions CreateOptions(string id, string preset) => Get(id).CreateOptions(preset);

    /// <summary>The method whose options these are.</summary>
    /// <exception cref="ArgumentException">They are no method's.</exception>
    internal static IMethod Of(MethodOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return All.Concat(ForTests).FirstOrDefault(m => m.CreateOptions("paper").GetType() == options.GetType())
            ?? throw new ArgumentException($"{options.GetType().Name} are the options of no method.", nameof(options));
    }

    /// <summary>Finds a method by its id.</summary>
    /// <exception cref="RetortException">There is none of that name; the message lists those there are.</exception>
    internal static IMethod Get(string id) =>
        All.Concat(ForTests).FirstOrDefault(m => m.Id == id)
        ?? throw new RetortException($"--method {id}: there is no such method; choose one of {string.Join(", ", All.Select(m => m.Id))}.");
}
