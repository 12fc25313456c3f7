using System.Collections.Concurrent;
using ThunderStack.Webhooks.Emulator.Nodes;

namespace ThunderStack.Webhooks.Emulator.Logs;

/// <summary>A node's logs: a task that collects them, and where they are then.</summary>
internal static class LogEndpoints
{
    public static void MapLogs(this IEndpointRouteBuilder cloud, IEndpointRouteBuilder control)
    {
        var tasks = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        cloud.MapPost("/nodes/{id}/logs", (string id, EmulatedCloud all) =>
        {
            if (all.Find(id) is null)
            {
                return NodeEndpoints.NotFound();
            }

            var taskId = Guid.NewGuid().ToString("N");
            tasks[taskId] = id;
            return Results.Json(new { taskId });
        });
        cloud.MapGet("/nodes/{id}/logs", (string id, string? taskId, HttpRequest http) =>
            taskId is not null && tasks.TryGetValue(taskId, out var node) && node == id
                ? Results.Json(new { data = new[] { $"{http.Scheme}://{http.Host}/emulator/logs/{taskId}?signature=emulated" } })
                : NodeEndpoints.BadRequest("taskId is not one of this node's"));

        // Where a presigned URL leads: no token is asked for.
        control.MapGet("/logs/{taskId}", (string taskId) => tasks.TryGetValue(taskId, out var node)
            ? Results.Text($"This is the log of {node}, which has nothing to say.\n")
            : Results.NotFound());
    }
}
