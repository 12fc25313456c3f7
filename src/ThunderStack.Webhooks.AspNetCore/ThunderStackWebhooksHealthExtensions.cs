using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ThunderStack.Webhooks.AspNetCore.Health;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the probes.</summary>
public static class ThunderStackWebhooksHealthExtensions
{
    /// <summary>
    /// Maps <c>GET /healthz/live</c>, which is 200 while the process answers, and <c>GET /healthz/ready</c>, which is 503 while
    /// there is no key or the inbox cannot commit. Liveness never depends on the cloud: a restart would mend nothing there.
    /// </summary>
    public static void MapThunderStackHealthChecks(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        endpoints.MapHealthChecks("/healthz/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(HealthTags.Ready),
            ResponseWriter = WriteAsync,
        });
    }

    // Names and states only: the reasons are in the log, where strangers do not read them.
    private static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status"u8, report.Status.ToString());
        json.WriteStartObject("checks"u8);
        foreach (var (name, entry) in report.Entries)
        {
            json.WriteString(name, entry.Status.ToString());
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
