namespace ThunderStack.Webhooks.AspNetCore.Health;

internal static class HealthTags
{
    /// <summary>Carried by the checks that decide whether a load balancer should send traffic.</summary>
    public const string Ready = "ready";
}
