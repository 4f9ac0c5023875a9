using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Retort.Detectors;

namespace Retort.Extensions.DependencyInjection;

/// <summary>
/// The detectors of an application by name. Each is loaded when it is first asked for, lives as long as the application, and is shared by
/// all who ask: <see cref="Detector"/> is thread-safe. Safe for use by several threads.
/// </summary>
public sealed partial class DetectorRegistry : IDisposable
{
    private readonly RetortOptions _options;
    private readonly ILogger<DetectorRegistry> _logger;
    private readonly Lock _loading = new();
    private readonly Dictionary<string, Detector> _loaded = new(StringComparer.OrdinalIgnoreCase);
    private bool _disposed;

    /// <summary>Makes a registry; none of its detectors is loaded yet.</summary>
    /// <param name="options">Which detectors there are.</param>
    /// <param name="logger">Is told of every detector that is loaded; null where the application does not log.</param>
    public DetectorRegistry(IOptions<RetortOptions> options, ILogger<DetectorRegistry>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _logger = logger ?? NullLogger<DetectorRegistry>.Instance;
        Names = [.. _options.Detectors.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The names, in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The detector of a name, which the registry keeps: do not dispose it.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name; the message lists those there are.</exception>
    /// <exception cref="RetortException">Its file cannot be read or is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The application has ended.</exception>
    public Detector Get(string name) => TryGet(name, out Detector? detector)
        ? detector
        : throw new KeyNotFoundException($"There is no detector {name}; there are {string.Join(", ", Names)}.");

    /// <summary>The detector of a name that may not be there, one from a request for instance.</summary>
    /// <param name="name">The name.</param>
    /// <param name="detector">The detector, which the registry keeps: do not dispose it.</param>
    /// <returns>Whether there is one of that name.</returns>
    /// <exception cref="RetortException">Its file cannot be read or is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The application has ended.</exception>
    public bool TryGet(string name, [NotNullWhen(true)] out Detector? detector)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_loading)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_loaded.TryGetValue(name, out detector) && _options.Detectors.TryGetValue(name, out string? path))
            {
                detector = Detector.Load(path, _options.Threads, _options.Memory);
                _loaded.Add(name, detector);
                Loaded(_logger, name, path, detector.Info.Method, detector.Size, detector.Threads);
            }

            return detector is not null;
        }
    }

    /// <summary>The only detector there is.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    internal Detector GetOnly() => Names is [var name]
        ? Get(name)
        : throw new InvalidOperationException($"There are several detectors ({string.Join(", ", Names)}); ask for one by its name, as a keyed service or of the {nameof(DetectorRegistry)}.");

    /// <summary>Frees all detectors. No inspection may be running.</summary>
    public void Dispose()
    {
        lock (_loading)
        {
            _disposed = true;
            foreach (Detector detector in _loaded.Values)
            {
                detector.Dispose();
            }

            _loaded.Clear();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Loaded detector {Name} from {Path}: {Method}, {Size} pixels, {Threads} threads")]
    private static partial void Loaded(ILogger logger, string name, string path, string method, int size, int threads);
}
