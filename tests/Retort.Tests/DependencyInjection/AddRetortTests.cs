using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Retort.Detectors;
using Retort.Extensions.DependencyInjection;
using Retort.Tests.Detectors;

namespace Retort.Tests.DependencyInjection;

public sealed class AddRetortTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_only_detector_is_a_service_shared_by_all()
    {
        using ServiceProvider services = new ServiceCollection().AddRetort(Write("bottle")).BuildServiceProvider();
        var registry = services.GetRequiredService<DetectorRegistry>();
        Assert.Equal(["bottle"], registry.Names);
        Detector detector = services.GetRequiredService<Detector>();
        Assert.Same(detector, registry.Get("Bottle"));
        Assert.Same(detector, services.GetRequiredKeyedService<Detector>("bottle"));
        Assert.True(detector.Verify().Passed);
    }

    [Fact]
    public void Several_detectors_are_told_apart_by_their_names()
    {
        using ServiceProvider services = Two();
        var registry = services.GetRequiredService<DetectorRegistry>();
        Assert.Equal(["bottle", "tile"], registry.Names);
        Assert.NotSame(registry.Get("bottle"), registry.Get("tile"));
        Assert.Equal(2, registry.Get("tile").Threads);
        Assert.False(registry.TryGet("cable", out _));
        Assert.Contains("There is no detector cable; there are bottle, tile.", Assert.Throws<KeyNotFoundException>(() => registry.Get("cable")).Message, StringComparison.Ordinal);
        Assert.Contains("several detectors (bottle, tile)", Assert.Throws<InvalidOperationException>(services.GetRequiredService<Detector>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Detectors_end_with_the_application()
    {
        ServiceProvider services = Two();
        Detector detector = services.GetRequiredKeyedService<Detector>("tile");
        var registry = services.GetRequiredService<DetectorRegistry>();
        services.Dispose();
        Assert.Throws<ObjectDisposedException>(() => detector.Verify());
        Assert.Throws<ObjectDisposedException>(() => registry.Get("tile"));
    }

    [Fact]
    public void What_is_wrong_with_the_options_is_said_for_all_of_them()
    {
        using ServiceProvider missing = new ServiceCollection().AddRetort(o => (o.Detectors["tile"], o.Threads) = ("no/tile.retort", -1)).BuildServiceProvider();
        string[] failures = [.. Assert.Throws<OptionsValidationException>(missing.GetRequiredService<DetectorRegistry>).Failures];
        Assert.Equal(2, failures.Length);
        Assert.StartsWith("Retort: the detector tile has no file no/tile.retort; check the path (", failures[0], StringComparison.Ordinal);
        Assert.StartsWith("Retort: -1 threads; give a number from 0", failures[1], StringComparison.Ordinal);
        using ServiceProvider none = new ServiceCollection().AddRetort(_ => { }).BuildServiceProvider();
        Assert.Contains("no detector is named", Assert.Throws<OptionsValidationException>(none.GetRequiredService<DetectorRegistry>).Message, StringComparison.Ordinal);
    }

    private ServiceProvider Two() => new ServiceCollection().AddRetort(options =>
    {
        options.Detectors["tile"] = Write("tile");
        options.Detectors["bottle"] = Write("bottle");
        options.Threads = 2;
    }).BuildServiceProvider();

    private string Write(string name)
    {
        string path = Path.Combine(_folder.Path, name + ".retort");
        SampleDetector.Create().Write(path);
        return path;
    }
}
