using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.EndToEnd.Notifications;

/// <summary>Where messages go: it takes its time, refuses some, and takes some without a word. It keeps what arrived, in order.</summary>
internal sealed class MessagePlatform : IAsyncDisposable
{
    /// <summary>A handler without a filter.</summary>
    public const string Everyone = "everyone";

    /// <summary>A handler that is told of nodes' failures as conditions.</summary>
    public const string Failures = "failures";

    private const int Hundred = 100;
    private const int Refused = 20;
    private const int Unanswered = 5;
    private const int LongestDwell = 100;

    // More than ever fail one after the other.
    private const int Retries = 60;

    private static readonly string Template = JsonSerializer.Serialize(new
    {
        @event = "{eventId}",
        node = "{nodeId}",
        status = "{status}",
        condition = "{condition}",
        change = "{change}",
        time = "{time}",
        since = "{since}",
        text = "{text}",
    });

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Message> _messages = new();

    private MessagePlatform()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(ReceiveAsync);
    }

    public static IReadOnlyList<string> Handlers { get; } = [Everyone, Failures];

    /// <summary>What has arrived.</summary>
    public IReadOnlyList<Message> Messages => [.. _messages];

    public static async Task<MessagePlatform> StartAsync()
    {
        var platform = new MessagePlatform();
        await platform._app.StartAsync(TestContext.Current.CancellationToken);
        return platform;
    }

    /// <summary>A receiver that tells all its handlers here.</summary>
    public ReceiverSettings ToldBy(ReceiverSettings settings) =>
        Handlers.Aggregate(settings, WithHandler).With($"Handlers:{Failures}:When:Conditions:0", Telling.NodeFailed);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // Tries again soon, so that what is overtaken meanwhile is the rule.
    private ReceiverSettings WithHandler(ReceiverSettings settings, string handler) => Enumerable.Range(0, Retries).Aggregate(
        settings.With($"Handlers:{handler}:Type", "Webhook")
            .With($"Handlers:{handler}:Url", $"{_app.Urls.Single()}/{handler}")
            .With($"Handlers:{handler}:Template", Template),
        (with, number) => with.With($"Handlers:{handler}:RetryDelays:{number}", "00:00:00.3"));

    private async Task ReceiveAsync(HttpContext context)
    {
        using var json = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var fate = Random.Shared.Next(Hundred);
        var message = Read(context.Request.Path.Value!.Trim('/'), json.RootElement) with { IsTaken = fate >= Refused };
        _messages.Enqueue(message);
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(LongestDwell)), TimeProvider.System, context.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!message.IsTaken)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
        else if (fate < Refused + Unanswered)
        {
            context.Abort();
        }
    }

    private static Message Read(string handler, JsonElement json)
    {
        WebhookEventId.TryParse(Text("event"), out var id).Should().BeTrue();
        return new Message
        {
            Handler = handler,
            Event = id,
            Node = Text("node"),
            Status = Text("status"),
            Condition = Text("condition"),
            Change = Text("change"),
            At = Instant("time")!.Value,
            Since = Instant("since"),
            Text = Text("text"),
        };

        string Text(string name) => json.GetProperty(name).GetString()!;

        DateTimeOffset? Instant(string name) => Text(name) is { Length: > 0 } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;
    }
}
