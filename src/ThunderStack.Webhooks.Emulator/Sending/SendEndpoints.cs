using ThunderStack.Webhooks.Emulator.Control;
using ThunderStack.Webhooks.Emulator.Faults;
using ThunderStack.Webhooks.Emulator.Nodes;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>Sends an event on request, and shows what was sent and what was answered.</summary>
internal static class SendEndpoints
{
    private const int MostListed = 1_000;

    public static void MapSending(this IEndpointRouteBuilder control)
    {
        control.MapPost("/events", SendAsync);
        control.MapGet("/deliveries", (DeliveryLog log, string? nodeId, int? limit) =>
            log.List(nodeId, Math.Clamp(limit ?? 100, 0, MostListed)));
    }

    private static async Task<IResult> SendAsync(
        HttpRequest http, EmulatedCloud cloud, WebhookComposer composer, WebhookSender sender, CancellationToken cancellationToken)
    {
        var read = await ControlRequest<SendRequest>.ReadAsync(http, SendRequest.Example, request => request.Problem(), cancellationToken);
        if (read.Value is not { } request)
        {
            return read.Refusal;
        }

        var nodeId = request.NodeId!;
        var url = request.Url is { } given ? new Uri(given) : cloud.WebhookUrlOf(nodeId);
        if (url is null)
        {
            return Results.Problem(
                "There is nowhere to send to: set Emulator:WebhookUrl, or name a url in the request.",
                statusCode: StatusCodes.Status400BadRequest);
        }

        // The node need not be one of this cloud's: to send for a stranger is how to see it refused.
        var status = request.Status ?? "RUNNING";
        cloud.Find(nodeId)?.Become(status);
        var fault = request.Fault is { } wanted ? new FaultOptions { Fault = wanted } : null;
        var sent = await sender.SendAsync(composer.Compose(nodeId, status, url, request.EventType, fault), cancellationToken);
        return Results.Json(sent, statusCode: sent switch
        {
            { Attempts.Count: 0 } => StatusCodes.Status202Accepted,
            { Answer: null } => StatusCodes.Status502BadGateway,
            _ => StatusCodes.Status200OK,
        });
    }
}
