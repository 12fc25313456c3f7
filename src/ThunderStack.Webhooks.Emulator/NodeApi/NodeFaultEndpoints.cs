using ThunderStack.Webhooks.Emulator.Control;

namespace ThunderStack.Webhooks.Emulator.NodeApi;

/// <summary>Asks for faults of the nodes' own API, and ends them.</summary>
internal static class NodeFaultEndpoints
{
    private const string Example = """{"fault":"SlowUnlock","delay":"00:05:00"}""";

    public static void MapNodeFaults(this IEndpointRouteBuilder control)
    {
        control.MapGet("/node-faults", (NodeFaultPlan plan) => plan.Current);
        control.MapPost("/node-faults", AddAsync);
        control.MapDelete("/node-faults", (NodeFaultPlan plan) =>
        {
            plan.Clear();
            return plan.Current;
        });
    }

    private static async Task<IResult> AddAsync(HttpRequest http, NodeFaultPlan plan, CancellationToken cancellationToken)
    {
        var read = await ControlRequest<NodeFaultOptions>.ReadAsync(http, Example, fault => fault.Problem(), cancellationToken);
        if (read.Value is null)
        {
            return read.Refusal;
        }

        plan.Add(read.Value);
        return Results.Ok(plan.Current);
    }
}
