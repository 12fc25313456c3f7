using ThunderStack.Webhooks.Emulator.Control;
using ThunderStack.Webhooks.Emulator.Nodes;

namespace ThunderStack.Webhooks.Emulator.Bursts;

/// <summary>Sends many events on request, and answers with what came of them.</summary>
internal static class BurstEndpoints
{
    public static void MapBursts(this IEndpointRouteBuilder control) => control.MapPost("/bursts", RunAsync);

    private static async Task<IResult> RunAsync(
        HttpRequest http, EmulatedCloud cloud, BurstRunner runner, CancellationToken cancellationToken)
    {
        var read = await ControlRequest<BurstRequest>.ReadAsync(http, BurstRequest.Example, burst => burst.Problem(), cancellationToken);
        if (read.Value is not { } burst)
        {
            return read.Refusal;
        }

        var ids = burst.NodeId is { } only ? [only] : cloud.Nodes.Select(node => node.NodeId).ToList();
        var url = burst.Url is { } given ? new Uri(given) : null;
        var targets = ids.Select(id => (NodeId: id, Url: url ?? cloud.WebhookUrlOf(id))).Where(target => target.Url is not null)
            .Select(target => (target.NodeId, target.Url!)).ToList();
        return targets.Count == 0
            ? Results.Problem(
                "There is no node to send for, or nowhere to send to: name a nodeId and a url.",
                statusCode: StatusCodes.Status400BadRequest)
            : Results.Ok(await runner.RunAsync(burst, targets, cancellationToken));
    }
}
