using Microsoft.Extensions.Diagnostics.HealthChecks;
using ThunderStack.Webhooks.Reconciliation;

namespace ThunderStack.Webhooks.AspNetCore.Health;

/// <summary>Never worse than degraded: whatever is amiss in the cloud, this receiver still receives.</summary>
internal sealed class CloudHealthCheck(ReconciliationHealth health) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(health.Reason is { } reason ? HealthCheckResult.Degraded(reason) : HealthCheckResult.Healthy());
}
