using ThunderStack.Webhooks.Emulator.Control;

namespace ThunderStack.Webhooks.Emulator.Faults;

/// <summary>Asks for faults of the webhooks to come, and ends them.</summary>
internal static class FaultEndpoints
{
    private const string Example = """{"fault":"TamperedBody","count":1}""";

    public static void MapFaults(this IEndpointRouteBuilder control)
    {
        control.MapGet("/faults", (FaultPlan plan) => plan.Current);
        control.MapPost("/faults", AddAsync);
        control.MapDelete("/faults", (FaultPlan plan) =>
        {
            plan.Clear();
            return plan.Current;
        });
    }

    private static async Task<IResult> AddAsync(HttpRequest http, FaultPlan plan, CancellationToken cancellationToken)
    {
        var read = await ControlRequest<FaultOptions>.ReadAsync(http, Example, fault => fault.Problem(), cancellationToken);
        if (read.Value is null)
        {
            return read.Refusal;
        }

        plan.Add(read.Value);
        return Results.Ok(plan.Current);
    }
}
