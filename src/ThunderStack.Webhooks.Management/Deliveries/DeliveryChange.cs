using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Management.Deliveries;

/// <summary>One delivery.</summary>
/// <param name="EventId">The event: 64 hexadecimal digits.</param>
/// <param name="Handler">The handler's name.</param>
public sealed record DeliveryName(string EventId, string Handler);

/// <summary>Which deliveries to replay or discard: by a filter, everything given must hold; or one by one.</summary>
/// <param name="Deliveries">These and no others, at most 1,000.</param>
/// <param name="EventId">Only this event.</param>
/// <param name="Handler">Only this handler.</param>
/// <param name="Node">Only this node.</param>
/// <param name="ErrorCode">Only what failed last in this way.</param>
/// <param name="From">Only events received at or after this instant.</param>
/// <param name="To">Only events received before this instant.</param>
/// <param name="DeadLettersOnly"><see langword="false"/>: also what succeeded or was discarded; for replays.</param>
/// <param name="AsOf">Nothing that ended later: as a dry run answered it.</param>
/// <param name="DryRun">Only count.</param>
public sealed record DeliveryChange(
    IReadOnlyList<DeliveryName>? Deliveries = null, string? EventId = null, string? Handler = null, string? Node = null, string? ErrorCode = null,
    DateTimeOffset? From = null, DateTimeOffset? To = null, bool DeadLettersOnly = true, DateTimeOffset? AsOf = null, bool DryRun = false)
{
    private const int MostDeliveries = 1_000;

    /// <summary>The filters that it comes to.</summary>
    /// <exception cref="ManagementException">It is both, or names what cannot be.</exception>
    internal IReadOnlyList<DeliveryFilter> ToFilters(DateTimeOffset asOf)
    {
        var common = new DeliveryFilter { DeadLettersOnly = DeadLettersOnly, AsOf = AsOf ?? asOf };
        if (Deliveries is null)
        {
            return
            [
                common with
                {
                    EventId = EventId is null ? null : Parse(EventId),
                    Handler = Handler,
                    NodeId = Node is null ? null : new NodeId(Node),
                    ErrorCode = ErrorCode,
                    From = From,
                    To = To,
                },
            ];
        }

        if (EventId is not null || Handler is not null || Node is not null || ErrorCode is not null || From is not null || To is not null)
        {
            throw ManagementException.BadRequest("There are deliveries and a filter: write one of them.");
        }

        return Deliveries.Count is 0 or > MostDeliveries
            ? throw ManagementException.BadRequest($"There are {Deliveries.Count} deliveries: write 1 to {MostDeliveries}, or a filter.")
            : [.. Deliveries.Distinct().Select(delivery => common with { EventId = Parse(delivery.EventId), Handler = delivery.Handler })];
    }

    /// <summary>What it is about, for the audit log.</summary>
    public string Describe()
    {
        if (Deliveries is not null)
        {
            return $"{Deliveries.Count} deliveries";
        }

        (string Name, string? Value)[] parts =
        [
            ("event", EventId), ("handler", Handler), ("node", Node), ("errorCode", ErrorCode), ("from", From?.UtcDateTime.ToString("O")), ("to", To?.UtcDateTime.ToString("O")),
        ];
        var given = string.Join(' ', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={part.Value}"));
        return (given, DeadLettersOnly) switch
        {
            ("", true) => "all dead letters",
            (_, true) => given,
            ("", false) => "everything that ended",
            _ => $"{given} (everything that ended)",
        };
    }

    private static WebhookEventId Parse(string? id) => WebhookEventId.TryParse(id, out var parsed)
        ? parsed
        : throw ManagementException.BadRequest("eventId is no event's id: write its 64 hexadecimal digits.");
}

/// <summary>How many deliveries it is.</summary>
/// <param name="Count">How many were, or would be, replayed or discarded.</param>
/// <param name="AsOf">Of those that had ended then: repeat it to mean the same ones. In UTC.</param>
public sealed record DeliveryChangeView(int Count, DateTime AsOf);
