using Microsoft.Extensions.Diagnostics.HealthChecks;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.AspNetCore.Health;

internal sealed class InboxHealthCheck(IInboxAdministration inbox) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = inbox.Health;
        return Task.FromResult(health.IsHealthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(health.Reason));
    }
}
