using System.Runtime.CompilerServices;
using System.Text;
using ThunderStack.Webhooks.Cli.Conditions;
using ThunderStack.Webhooks.Cli.Handlers;
using ThunderStack.Webhooks.Cli.Inbox;
using ThunderStack.Webhooks.Cli.Status;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Sources;

/// <summary>An inbox as the receiver that runs on it tells it.</summary>
internal sealed class ReceiverSource(ReceiverClient receiver) : IInboxSource
{
    private const string Api = "api/v1/";
    private const int PageLength = 500;
    private const int MaxLineBytes = 8 * 1024 * 1024;

    // Pages that stay empty and have a next one must not go on for ever.
    private static readonly TimeSpan ListLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LineLimit = TimeSpan.FromMinutes(1);

    public ValueTask DisposeAsync()
    {
        receiver.Dispose();
        return ValueTask.CompletedTask;
    }

    public async Task<long> EstimateCountAsync(CancellationToken cancellationToken) => (await OverviewAsync(cancellationToken)).Inbox.EstimatedEvents;

    public async Task<IReadOnlyList<EventView>> ListEventsAsync(EventFilter filter, CancellationToken cancellationToken) =>
        [.. (await PageAsync<ReceiverAnswers.Event>($"{Api}events", ReceiverQuery.Of(filter), filter.Limit, _ => true, cancellationToken)).Select(EventView.Of)];

    public async Task<IReadOnlyList<DeliveryView>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        await PageAsync<DeliveryView>($"{Api}deliveries", [("state", "deadLettered")], limit, _ => true, cancellationToken);

    public async Task<IReadOnlyList<LaneView>> ListLanesAsync(CancellationToken cancellationToken) =>
        [.. (await receiver.GetAsync<ReceiverAnswers.Page<ReceiverAnswers.Lane>>($"{Api}deliveries/lanes", cancellationToken)).Items.Select(lane => new LaneView(
            lane.Handler, lane.NodeId ?? "", lane.Pending, lane.Scheduled, lane.OldestReceivedAt, lane.NextEventId, lane.Attempts, lane.DueAt))];

    public async Task<IReadOnlyList<WebhookEventId>> FindIdsAsync(string digits, CancellationToken cancellationToken)
    {
        // The API's text is found in nodes' names too.
        var found = await PageAsync<ReceiverAnswers.Event>(
            $"{Api}events", [("text", digits)], limit: 2, candidate => candidate.Id.EndsWith(digits, StringComparison.Ordinal), cancellationToken);
        return [.. found.Select(candidate => WebhookEventId.TryParse(candidate.Id, out var id) ? id : throw ReceiverException.Stranger(receiver.Address, "an event's id is none"))];
    }

    public async Task<EventDetailView?> FindAsync(WebhookEventId id, CancellationToken cancellationToken)
    {
        ReceiverAnswers.EventDetail found;
        try
        {
            found = await receiver.GetAsync<ReceiverAnswers.EventDetail>($"{Api}events/{id}", cancellationToken);
        }
        catch (ReceiverException exception) when (exception.Code == Output.ExitCode.NotFound)
        {
            return null;
        }

        // A signed body is JSON in UTF-8: its text is all of it.
        var body = found.Body ?? "";
        return new EventDetailView(
            EventView.Of(found.Event),
            body,
            Convert.ToBase64String(Encoding.UTF8.GetBytes(body)),
            found.Signature,
            [.. found.Deliveries.Select(delivery => new DeliveryView(
                found.Event.Id, delivery.Handler, delivery.State, delivery.Attempts, delivery.At, delivery.DueAt, delivery.Error))]);
    }

    public async IAsyncEnumerable<Evidence> ReadEvidenceAsync(EventFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var answer = await receiver.OpenAsync(
            ReceiverQuery.Write($"{Api}events/export", [("format", "archive"), .. ReceiverQuery.Of(filter)]), "application/x-ndjson", lastEventId: null, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var lines = new LineReader(stream, MaxLineBytes, LineLimit, receiver.Time);
        while (await NextAsync() is { } evidence)
        {
            yield return evidence;
        }

        async Task<Evidence?> NextAsync()
        {
            try
            {
                return await lines.ReadAsync(cancellationToken) is { } line ? ArchiveReader.Parse(line) : null;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw receiver.Broken(exception);
            }
        }
    }

    public async Task<IReadOnlyList<ConditionView>> ListConditionsAsync(bool closed, CancellationToken cancellationToken)
    {
        var conditions = (await receiver.GetAsync<ReceiverAnswers.Page<ReceiverAnswers.Condition>>(
            $"{Api}conditions{(closed ? "?closed=true" : "")}", cancellationToken)).Items.Select(Of).ToList();
        return [.. ConditionView.Sort(conditions.Where(condition => condition.ClosedAt is null)), .. conditions.Where(condition => condition.ClosedAt is not null)];
    }

    public async Task<IReadOnlyList<HandlerView>> ListHandlersAsync(CancellationToken cancellationToken) =>
        [.. (await receiver.GetAsync<ReceiverAnswers.Page<ReceiverAnswers.Handler>>($"{Api}handlers", cancellationToken)).Items.Select(Of)];

    public async Task<InboxStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        var overview = await OverviewAsync(cancellationToken);
        return new InboxStatus(
            new ReceiverStatusView(overview.Version, overview.Inbox.IsHealthy ? null : overview.Inbox.Problem ?? "it does not say why", overview.Key.Fingerprint),
            [.. ConditionView.Sort(overview.Conditions.Select(Of))],
            [.. overview.Nodes.Where(node => node.Status is not null).Select(
                node => new NodeStatusView(node.Id, node.Name, node.Status!, node.Since ?? default, node.EventId, node.Readiness?.State))],
            [.. overview.Handlers.Select(Of)]);
    }

    public Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken) => ChangeAsync("replay", filter, cancellationToken);

    public Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken) => ChangeAsync("discard", filter, cancellationToken);

    public async Task<bool> SetPausedAsync(string handler, bool isPaused, CancellationToken cancellationToken) =>
        (await receiver.PostAsync<ReceiverAnswers.Paused>(
            $"{Api}handlers/{Uri.EscapeDataString(handler)}/{(isPaused ? "pause" : "resume")}", body: null, cancellationToken)).IsChange;

    private static ConditionView Of(ReceiverAnswers.Condition condition) => new(
        condition.Kind, condition.Subject, condition.NodeId ?? "", condition.Severity, condition.Since, condition.Message, condition.Remedy, condition.ClosedAt);

    private static HandlerView Of(ReceiverAnswers.Handler handler) => new(
        handler.Name, handler.Pending, handler.Scheduled, handler.OldestReceivedAt, handler.DeadLetters, handler.LastHour, handler.PausedAt, handler.PausedBy);

    private Task<ReceiverAnswers.Overview> OverviewAsync(CancellationToken cancellationToken) =>
        receiver.GetAsync<ReceiverAnswers.Overview>($"{Api}overview", cancellationToken);

    private async Task<int> ChangeAsync(string change, DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var body = new DeliveryChange(
            filter.EventId?.ToString(), filter.Handler, filter.NodeId?.Value, filter.From, filter.To, filter.DeadLettersOnly, DryRun: true);

        // What there is nothing of need not stand in the audit log.
        return (await receiver.PostAsync<ReceiverAnswers.Changed>($"{Api}deliveries/{change}", body, cancellationToken)).Count == 0 ? 0
            : (await receiver.PostAsync<ReceiverAnswers.Changed>($"{Api}deliveries/{change}", body with { DryRun = false }, cancellationToken)).Count;
    }

    private async Task<List<T>> PageAsync<T>(
        string path, IReadOnlyList<(string Name, string? Value)> query, int limit, Func<T, bool> isWanted, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        var started = receiver.Time.GetTimestamp();
        for (string? cursor = null; ;)
        {
            var page = await receiver.GetAsync<ReceiverAnswers.Page<T>>(
                ReceiverQuery.Write(path, [.. query, ("limit", $"{Math.Clamp(limit, 1, PageLength)}"), ("cursor", cursor)]), cancellationToken);
            found.AddRange(page.Items.Where(isWanted));
            cursor = page.Next;
            if (cursor is null || found.Count >= limit)
            {
                return found.Count > limit ? found[..limit] : found;
            }

            if (receiver.Time.GetElapsedTime(started) > ListLimit)
            {
                throw ReceiverException.Unreachable(receiver.Address, $"The list was not complete after {ListLimit.TotalSeconds:0} s: filter it, or lower --limit.");
            }
        }
    }

    private sealed record DeliveryChange(
        string? EventId, string? Handler, string? Node, DateTimeOffset? From, DateTimeOffset? To, bool DeadLettersOnly, bool DryRun);
}
