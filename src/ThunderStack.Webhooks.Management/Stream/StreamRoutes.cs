using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ThunderStack.Webhooks.Management.Stream;

/// <summary>Server-Sent Events: what happens while somebody looks. A hint and no log; who may have missed something is told to list again.</summary>
internal sealed class StreamRoutes(LiveFeed feed, TimeProvider time) : IManagementFeature
{
    private const string ContentType = "text/event-stream";

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    // Tells readers how long to wait before they come back.
    private static readonly byte[] Beginning = "retry: 2000\n\n"u8.ToArray();
    private static readonly byte[] Comment = ": still here\n\n"u8.ToArray();

    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Get<string>("/api/v1/stream", "What happens, as Server-Sent Events: event, delivery, condition, deliveries, handler; after reset, list again.") with
        {
            Answer = null,
            Audience = Audience.ProgramsAndPages,
            ContentType = ContentType,
            Limit = null,
        },
        StreamAsync);

    private async Task StreamAsync(ManagementCall call)
    {
        var lastSeen = call.Context.Request.Headers["Last-Event-ID"] is [{ } id] ? id : null;
        var reader = feed.Join(lastSeen)
            ?? throw new ManagementException(StatusCodes.Status503ServiceUnavailable, $"{LiveFeed.MostReaders} others look on already: try again later.") { RetryAfter = Heartbeat };
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled, reader.Cut);
        try
        {
            await SendAsync(call.Context, reader, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // They hung up, did not keep up, or have to show their key again; or the server stops.
        }
        finally
        {
            feed.Leave(reader);
        }
    }

    private async Task SendAsync(HttpContext context, LiveReader reader, CancellationToken ended)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = ContentType;
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var body = context.Response.Body;
        await body.WriteAsync(Beginning, ended);
        await body.FlushAsync(ended);
        var waiting = reader.Messages.WaitToReadAsync(ended).AsTask();
        while (true)
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(ended);
            var isMore = await Task.WhenAny(waiting, Task.Delay(Heartbeat, time, pause.Token)) == waiting;
            await pause.CancelAsync();
            ended.ThrowIfCancellationRequested();
            if (isMore)
            {
                while (reader.Messages.TryRead(out var message))
                {
                    await body.WriteAsync(message.Bytes, ended);
                }

                waiting = reader.Messages.WaitToReadAsync(ended).AsTask();
            }
            else
            {
                await body.WriteAsync(Comment, ended);
            }

            await body.FlushAsync(ended);
        }
    }
}
