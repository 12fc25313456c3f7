using System.Text.Json;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Emulator.NodeApi;

namespace ThunderStack.Webhooks.Emulator.Nodes;

/// <summary>The nodes as the cloud's API has them, in the shape of answer that is configured.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder cloud)
    {
        var nodes = cloud.MapGroup("/nodes");
        nodes.MapGet("/", (HttpRequest http, EmulatedCloud all) => new { nodes = all.Nodes.Select(node => Describe(node, http)) });
        nodes.MapPost("/", CreateAsync);
        nodes.MapDelete("/", DestroyAsync);
        nodes.MapGet("/latest-rln-image", () => new { data = EmulatedCloud.LatestImage });
        nodes.MapGet("/{id}", (string id, HttpRequest http, EmulatedCloud all, IOptions<EmulatorOptions> options) => all.Find(id) is { } node
            ? Results.Json(options.Value.AnswerShape == AnswerShape.Tests ? new { data = Describe(node, http) } : Describe(node, http))
            : NotFound());
        nodes.MapPost("/{id}/settings", SetAsync);
        nodes.MapPost("/{id}/start", (string id, EmulatedCloud all) =>
            Do(all.Find(id), all.TryStart, new { }, "Only a node that is paused or has failed can be started"));
        nodes.MapPost("/{id}/stop", (string id, EmulatedCloud all) =>
            Do(all.Find(id), all.TryStop, new { }, "The node is not running"));
        nodes.MapPost("/{id}/upgrade", (string id, EmulatedCloud all) =>
            Do(all.Find(id), all.TryUpgrade, new { message = "Node upgrade started" }, "The node is destroyed"));
        nodes.MapGet("/{id}/health", (string id, EmulatedCloud all) =>
            all.Find(id) is { } node ? Results.Json(new { status = node.Status == NodeStatuses.Running ? "ok" : "down" }) : NotFound());
    }

    public static IResult NotFound() => Message(StatusCodes.Status404NotFound, "Node not found");

    public static IResult BadRequest(string message) => Message(StatusCodes.Status400BadRequest, message);

    private static async Task<IResult> CreateAsync(
        HttpRequest http, EmulatedCloud cloud, IOptions<EmulatorOptions> options, CancellationToken cancellationToken)
    {
        var request = await ReadAsync<CreateNodeRequest>(http, cancellationToken);
        if (request is null || request.Problem() is not null)
        {
            return BadRequest(request?.Problem() ?? "The body must be JSON");
        }

        var node = Describe(cloud.Create(request.Name!, request.Network!, request.Settings?.Url), http);
        return Results.Json(options.Value.AnswerShape == AnswerShape.Tests
            ? new { data = new { node } }
            : new { data = node, message = "Node created successfully" });
    }

    private static async Task<IResult> DestroyAsync(HttpRequest http, EmulatedCloud cloud, CancellationToken cancellationToken)
    {
        var request = await ReadAsync<DestroyNodeRequest>(http, cancellationToken);
        return request?.DestroyNodeId is not { Length: > 0 } id ? BadRequest("destroyNodeId is required")
            : cloud.Find(id) is not { } node || !cloud.TryDestroy(node) ? BadRequest("Node not found")
            : Results.Json(new { message = "Node destruction started" });
    }

    private static async Task<IResult> SetAsync(string id, HttpRequest http, EmulatedCloud cloud, CancellationToken cancellationToken)
    {
        if (cloud.Find(id) is not { } node)
        {
            return BadRequest("Node not found");
        }

        var request = await ReadAsync<UpdateSettingsRequest>(http, cancellationToken);
        if (request?.Settings is not { } settings || settings.Problem() is not null)
        {
            return BadRequest(request?.Settings?.Problem() ?? "settings is required");
        }

        node.WebhookUrl = settings.Url;
        return Results.Json(new { message = "Node settings updated successfully" });
    }

    private static NodeDescription Describe(EmulatedNode node, HttpRequest http) => node.Describe(NodeApiEndpoints.InvokeUrl(http, node.NodeId));

    private static IResult Do(EmulatedNode? node, Func<EmulatedNode, bool> tryIt, object done, string refusal) =>
        node is null ? NotFound() : tryIt(node) ? Results.Json(done) : BadRequest(refusal);

    private static IResult Message(int status, string message) => Results.Json(new { message }, statusCode: status);

    private static async Task<T?> ReadAsync<T>(HttpRequest http, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(http.Body, JsonSerializerOptions.Web, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
