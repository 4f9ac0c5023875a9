using Retort.Networks.Plans;

namespace Retort.Extensions.DependencyInjection;

/// <summary>
/// Which detectors an application has. Can be bound to a section of its configuration:
/// <c>"Retort": { "Detectors": { "bottle": "models/bottle.retort" }, "Threads": 4 }</c>.
/// </summary>
public sealed class RetortOptions
{
    /// <summary>The detector files by the names the application calls them; names differ by more than upper and lower case.</summary>
    public IDictionary<string, string> Detectors { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Threads of each detector; 0 means one per processor.</summary>
    public int Threads { get; set; }

    /// <summary>What memory may be spent on.</summary>
    public MemoryPolicy Memory { get; set; } = MemoryPolicy.Fast;
}
