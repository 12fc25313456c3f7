using ThunderStack.Webhooks.Emulator.Nodes;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>Sends an event on request and shows what was sent and what was answered.</summary>
internal static class SendEndpoints
{
    public static void MapSending(this IEndpointRouteBuilder control) =>
        control.MapPost("/events", SendAsync);

    // The body is read by hand: curl -d calls it a form, and whoever mistypes it should be told what is wrong.
    private static async Task<IResult> SendAsync(HttpRequest http, EmulatedCloud cloud, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await http.Body.CopyToAsync(buffer, cancellationToken);
        if (!SendRequest.TryRead(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), out var request, out var problem))
        {
            return Bad(problem);
        }

        var url = request.Url is { } given ? new Uri(given) : cloud.WebhookUrlOf(request.NodeId!);
        if (url is null)
        {
            return Bad("There is nowhere to send to: set Emulator:WebhookUrl, or name a url in the request.");
        }

        var sent = await cloud.ChangeStatusAsync(request.NodeId!, request.Status ?? "RUNNING", url, cancellationToken);
        return Results.Json(sent, statusCode: sent.Answer is null ? StatusCodes.Status502BadGateway : StatusCodes.Status200OK);
    }

    private static IResult Bad(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest);
}
