using ThunderStack.Webhooks.Emulator.Control;
using ThunderStack.Webhooks.Emulator.NodeApi;

namespace ThunderStack.Webhooks.Emulator.Faults;

/// <summary>Asks for faults to come, of webhooks and of the nodes' own API, and ends them.</summary>
internal static class FaultEndpoints
{
    public static void MapFaults(this IEndpointRouteBuilder control)
    {
        control.Map<FaultPlan, FaultOptions>("/faults", """{"fault":"TamperedBody","count":1}""", fault => fault.Problem());
        control.Map<NodeFaultPlan, NodeFaultOptions>("/node-faults", """{"fault":"SlowUnlock","delay":"00:05:00"}""", fault => fault.Problem());
    }

    private static void Map<TPlan, TOptions>(this IEndpointRouteBuilder control, string path, string example, Func<TOptions, string?> problemOf)
        where TPlan : FaultRules<TOptions>
        where TOptions : class
    {
        control.MapGet(path, (TPlan plan) => plan.Current);
        control.MapPost(path, async (HttpRequest http, TPlan plan, CancellationToken cancellationToken) =>
        {
            var read = await ControlRequest<TOptions>.ReadAsync(http, example, problemOf, cancellationToken);
            if (read.Value is null)
            {
                return read.Refusal;
            }

            plan.Add(read.Value);
            return Results.Ok(plan.Current);
        });
        control.MapDelete(path, (TPlan plan) =>
        {
            plan.Clear();
            return plan.Current;
        });
    }
}
