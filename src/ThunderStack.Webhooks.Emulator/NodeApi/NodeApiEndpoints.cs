using System.Text.Json;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Emulator.Nodes;

namespace ThunderStack.Webhooks.Emulator.NodeApi;

/// <summary>The own API of every node, behind a gateway: its address is the node's <c>invoke_url</c>.</summary>
internal static class NodeApiEndpoints
{
    private const string UserId = "emulated-user";

    private delegate Task<NodeError?> NodeCall(EmulatedNode node, HttpRequest http, NodeFaultPlan faults, TimeProvider time);

    /// <summary>Where a node's own API is, for whoever reached the emulator by this request.</summary>
    public static string InvokeUrl(HttpRequest http, string nodeId) =>
        $"{http.Scheme}://{http.Host}/node-api/{UserId}/{Uri.EscapeDataString(nodeId)}";

    public static void MapNodeApi(this IEndpointRouteBuilder app)
    {
        var node = app.MapGroup($"/node-api/{UserId}/{{nodeId}}");
        node.MapPost("/init", Handle(InitAsync, _ => new { mnemonic = "emulated" }));
        node.MapPost("/lock", Handle((node, _, _, _) => Task.FromResult(node.Wallet.Lock()), _ => new { }));
        node.MapPost("/unlock", Handle(UnlockAsync, _ => new { }));
        node.MapGet("/nodeinfo", Handle((node, _, _, _) => Task.FromResult(node.Wallet.Refusal), _ => new
        {
            pubkey = "02" + new string('e', 64),
            num_channels = 1,
            num_usable_channels = 1,
            num_peers = 1,
            local_balance_sat = 100_000,
        }));
        node.MapGet("/networkinfo", Handle(
            (node, _, _, _) => Task.FromResult(node.Wallet.Refusal), node => new { network = node.Network, height = 100 }));
    }

    private static Func<string, HttpContext, EmulatedCloud, NodeFaultPlan, IOptions<EmulatorOptions>, TimeProvider, Task<IResult>> Handle(
        NodeCall call, Func<EmulatedNode, object> answer) => async (nodeId, context, cloud, faults, options, time) =>
    {
        if (cloud.Find(nodeId) is not { Status: NodeStatuses.Running } node || faults.Take(nodeId, NodeFault.Unreachable) is not null)
        {
            return BadGateway();
        }

        if (faults.Take(nodeId, NodeFault.Hang) is not null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return Results.Empty;
        }

        var error = options.Value.ApiToken is { } token && context.Request.Headers.Authorization != $"Bearer {token}" ? NodeError.Unauthorized
            : faults.Take(nodeId, NodeFault.ChangingState) is not null ? NodeError.ChangingState
            : await call(node, context.Request, faults, time);
        // A node that was restarted during the call took the answer with it.
        return node.Status != NodeStatuses.Running ? BadGateway()
            : error is null ? Results.Json(answer(node))
            : error.ToResult(named: faults.Take(nodeId, NodeFault.NamelessError) is null);
    };

    private static async Task<NodeError?> InitAsync(EmulatedNode node, HttpRequest http, NodeFaultPlan faults, TimeProvider time) =>
        await PasswordAsync(http) is { } password ? node.Wallet.Init(password) : NodeError.InvalidRequest;

    private static async Task<NodeError?> UnlockAsync(EmulatedNode node, HttpRequest http, NodeFaultPlan faults, TimeProvider time)
    {
        if (await PasswordAsync(http) is not { } password)
        {
            return NodeError.InvalidRequest;
        }

        if (node.Wallet.CheckUnlock(password) is { } refusal)
        {
            return refusal;
        }

        if (faults.Take(node.NodeId, NodeFault.WrongPassword) is not null)
        {
            return NodeError.WrongPassword;
        }

        if (faults.Take(node.NodeId, NodeFault.UnlockDoesNotStick) is not null)
        {
            return null;
        }

        var delay = faults.Take(node.NodeId, NodeFault.SlowUnlock)?.Delay ?? TimeSpan.Zero;
        return await node.Wallet.UnlockAsync(delay, time) ? null : NodeError.ChangingState;
    }

    private static async Task<string?> PasswordAsync(HttpRequest http)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Body, cancellationToken: http.HttpContext.RequestAborted);
            return body.RootElement.ValueKind == JsonValueKind.Object
                && body.RootElement.TryGetProperty("password", out var password) && password.ValueKind == JsonValueKind.String
                    ? password.GetString()
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IResult BadGateway() =>
        Results.Content("<html><body>502 Bad Gateway</body></html>", "text/html", statusCode: StatusCodes.Status502BadGateway);
}
