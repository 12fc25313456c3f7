using Microsoft.Extensions.Diagnostics.HealthChecks;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.AspNetCore.Health;

internal sealed class PublicKeyHealthCheck(PublicKeyRing keys) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = keys.GetHealth();
        var status = health.Status switch
        {
            PublicKeyHealthStatus.Healthy => HealthStatus.Healthy,
            PublicKeyHealthStatus.Degraded => HealthStatus.Degraded,
            _ => HealthStatus.Unhealthy,
        };
        return Task.FromResult(new HealthCheckResult(status, health.Reason));
    }
}
