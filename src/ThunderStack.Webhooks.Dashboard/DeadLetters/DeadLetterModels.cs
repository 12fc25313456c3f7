using System.Globalization;
using ThunderStack.Webhooks.Dashboard.Text;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Deliveries;

namespace ThunderStack.Webhooks.Dashboard.DeadLetters;

/// <summary>Dead letters by handler and kind of error.</summary>
internal sealed record FailureListModel(IReadOnlyList<FailureView> Groups) : IPageModel
{
    public string Title => "Dead letters";

    public Section Section => Section.DeadLetters;

    public string Live => "delivery deliveries";

    public int Count => Groups.Sum(group => group.Count);
}

/// <summary>The dead letters of one group.</summary>
/// <param name="Group">The group; one without dead letters when there are none any more.</param>
/// <param name="Query">The state of the page.</param>
/// <param name="Deliveries">The dead letters, those of the newest events first.</param>
/// <param name="Next">Where the next page begins.</param>
internal sealed record DeadLetterListModel(FailureView Group, PageQuery Query, IReadOnlyList<DeliveryView> Deliveries, string? Next) : IPageModel
{
    public string Title => $"Dead letters of {Group.Handler}";

    public Section Section => Section.DeadLetters;
}

/// <summary>Asks before deliveries are replayed or discarded.</summary>
/// <param name="Choice">What is to be done with which.</param>
/// <param name="Count">How many they are.</param>
/// <param name="AsOf">As of when they were counted: later ones are left alone.</param>
internal sealed record ConfirmModel(DeliveryChoice Choice, int Count, DateTimeOffset AsOf) : IPageModel
{
    public string Title
    {
        get
        {
            var things = Choice.IsEnded ? Words.Count(Count, "delivery", "deliveries") : Words.Count(Count, "dead letter");
            return Choice.Action == DeliveryAction.Replay
                ? $"Replay {things}{(Choice.Handler is { } to ? $" to {to}" : "")}?"
                : $"Discard {things}{(Choice.Handler is { } of ? $" of {of}" : "")}?";
        }
    }

    public Section Section => Section.DeadLetters;
}

/// <summary>What a replay or a discard has come to.</summary>
/// <param name="Record">The line of the audit log.</param>
internal sealed record ResultModel(AuditRecord Record) : IPageModel
{
    public string Title => Count is { } count
        ? $"{Words.Count(count, "delivery", "deliveries")} {(IsReplay ? "replayed" : "discarded")}"
        : IsReplay ? "The replay did not end well" : "The discard did not end well";

    public Section Section => Section.DeadLetters;

    public bool IsReplay => Record.Action == DeliveryChoice.ActionOf(DeliveryAction.Replay);

    /// <summary>How many; <see langword="null"/> when it failed on the way.</summary>
    public long? Count => long.TryParse(Record.Outcome, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
}
