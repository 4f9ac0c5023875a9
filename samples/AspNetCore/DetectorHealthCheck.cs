using Microsoft.Extensions.Diagnostics.HealthChecks;
using Retort;
using Retort.Detectors;
using Retort.Extensions.DependencyInjection;

namespace Samples;

/// <summary>Healthy if every detector loads and gives the results it gave where it was trained. The first check loads them.</summary>
internal sealed class DetectorHealthCheck(DetectorRegistry detectors) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.Run(Check, cancellationToken);

    private HealthCheckResult Check()
    {
        try
        {
            string[] wrong = [.. detectors.Names.Where(name => !detectors.Get(name).Verify().Passed)];
            return wrong.Length == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"Other results than where they were trained: {string.Join(", ", wrong)}.");
        }
        catch (RetortException failure)
        {
            return HealthCheckResult.Unhealthy(failure.Message);
        }
    }
}
