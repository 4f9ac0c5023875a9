using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Retort.Detectors;
using Retort.Extensions.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Retort to an application's services.</summary>
public static class RetortServiceCollectionExtensions
{
    /// <summary>
    /// Adds the application's detectors: <see cref="DetectorRegistry"/>; each <see cref="Detector"/> as a service keyed by its name; and, where there
    /// is one only, that <see cref="Detector"/> itself. All are singletons, loaded when they are first asked for. What is wrong with the
    /// options is found when the application starts.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Names the detectors, for instance <c>options => configuration.GetSection("Retort").Bind(options)</c>.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddRetort(this IServiceCollection services, Action<RetortOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<RetortOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RetortOptions>, RetortOptionsValidation>());
        services.TryAddSingleton<DetectorRegistry>();
        services.TryAddSingleton(provider => provider.GetRequiredService<DetectorRegistry>().GetOnly());
        services.TryAddKeyedSingleton(KeyedService.AnyKey, (provider, name) => provider.GetRequiredService<DetectorRegistry>().Get((string)name!));
        return services;
    }

    /// <summary>Adds the application's only detector.</summary>
    /// <param name="services">The services.</param>
    /// <param name="detectorPath">Its file; without folder and extension it is the detector's name.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddRetort(this IServiceCollection services, string detectorPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(detectorPath);
        return services.AddRetort(options => options.Detectors.Add(Path.GetFileNameWithoutExtension(detectorPath), detectorPath));
    }
}
