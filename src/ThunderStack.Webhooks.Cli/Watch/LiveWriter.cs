using System.Text.Json;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Cli.Sources;

namespace ThunderStack.Webhooks.Cli.Watch;

/// <summary>Writes what happens, each event once; after a <c>reset</c> first what was missed.</summary>
internal sealed class LiveWriter(Terminal terminal, TextWriter output, ReceiverClient receiver, string? node, LiveFollower follower)
{
    private const int MostRemembered = 2_000;
    private const int MostListed = 500;

    private readonly HashSet<string> _written = [];
    private readonly Queue<string> _order = new();
    private DateTimeOffset? _latest;

    public async Task WriteAsync(LiveMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await WriteOneAsync(message);
            if (message.Kind == LiveMessage.Reset)
            {
                await CatchUpAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw ReceiverException.Stranger(receiver.Address, "its stream has a message that cannot be read");
        }
    }

    private async Task WriteOneAsync(LiveMessage message)
    {
        using var data = JsonDocument.Parse(message.Data);
        if (node is not null && message.Kind != LiveMessage.Reset && NodeOf(message, data.RootElement) != node)
        {
            return;
        }

        if (message.Kind == LiveMessage.Event && !Remember(data.RootElement))
        {
            return;
        }

        var line = terminal.IsJson
            ? VisibleText.Escape(JsonSerializer.Serialize(new { message.Kind, message.Id, Data = data.RootElement }, Json.Line))
            : LiveLine.Of(message);
        if (line is not null)
        {
            await output.WriteAsync(line + "\n");
            await output.FlushAsync();
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if ((_latest ?? follower.Started) is not { } since)
        {
            terminal.Note("Something may have been missed: list the events.");
            return;
        }

        terminal.Note("Something may have been missed. The events since then follow; attempts and conditions are not told again.");
        var page = await receiver.GetAsync<ReceiverAnswers.Page<JsonElement>>(
            ReceiverQuery.Write("api/v1/events", [("node", node), ("from", since.UtcDateTime.ToString("O")), ("limit", $"{MostListed}")]), cancellationToken);
        if (page.Next is not null)
        {
            terminal.Note($"There are more than {MostListed}: inbox list --from {since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} has the others.");
        }

        foreach (var missed in page.Items.Reverse())
        {
            await WriteOneAsync(new LiveMessage(null, LiveMessage.Event, missed.GetRawText()));
        }
    }

    private bool Remember(JsonElement data)
    {
        var received = data.GetProperty("receivedAt").GetDateTimeOffset();
        _latest = _latest is { } latest && latest > received ? latest : received;
        var id = data.GetProperty("id").GetString() ?? throw new JsonException("an event has no id");
        if (!_written.Add(id))
        {
            return false;
        }

        _order.Enqueue(id);
        if (_order.Count > MostRemembered)
        {
            _written.Remove(_order.Dequeue());
        }

        return true;
    }

    private static string? NodeOf(LiveMessage message, JsonElement data) =>
        (message.Kind == LiveMessage.Condition ? data.GetProperty("condition") : data).GetProperty("nodeId").GetString();
}
