using Microsoft.Extensions.Diagnostics.HealthChecks;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.AspNetCore.Health;

internal sealed class InboxHealthCheck(IInboxAdministration inbox) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        return Task.FromResult(inbox.Health switch
        {
            { IsHealthy: false, Reason: var reason } => HealthCheckResult.Unhealthy(reason),
            { Reason: { } problem } => HealthCheckResult.Degraded(problem),
            _ => HealthCheckResult.Healthy(),
        });
    }
}
