using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ThunderStack.Webhooks.AspNetCore.Health;

internal sealed class PublicKeyHealthCheck() : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(HealthCheckResult.Healthy());
}
