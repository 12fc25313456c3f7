using System.Diagnostics;

namespace ThunderStack.Webhooks.Diagnostics;

/// <summary>The product's activity source, named <see cref="WebhookMetrics.Name"/>.</summary>
internal static class WebhookActivitySource
{
    public static ActivitySource Instance { get; } = new(WebhookMetrics.Name);
}
