using System.Security.Cryptography;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Actions;

/// <summary>What somebody wants to do to a node, and within which bounds.</summary>
public sealed record ActionRequest
{
    /// <summary>How many of a node's actions are kept, and looked at here.</summary>
    public const int Kept = 100;

    /// <inheritdoc cref="NodeAction.NodeId"/>
    public required NodeId NodeId { get; init; }

    /// <inheritdoc cref="NodeAction.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="NodeAction.Handler"/>
    public required string Handler { get; init; }

    /// <inheritdoc cref="NodeAction.TriggerId"/>
    public required WebhookEventId TriggerId { get; init; }

    /// <inheritdoc cref="NodeAction.Lease"/>
    public required TimeSpan Lease { get; init; }

    /// <summary>How often the same is done to a node in the time of <see cref="Within"/>, whoever does it.</summary>
    public required int AtMost { get; init; }

    /// <summary>The time that <see cref="AtMost"/> counts in.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>Since when the secret that is sent is what it is.</summary>
    public required DateTimeOffset SecretChangedAt { get; init; }

    /// <summary>What a person wants: each time for a reason of its own, and as often as they like.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">What is done, such as <c>unlock</c>.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="lease">For how long the node is left alone with it, unless it ends before.</param>
    /// <param name="secretChangedAt">Since when the secret that is sent is what it is.</param>
    /// <param name="now">The time.</param>
    public static ActionRequest OfPerson(NodeId node, string name, string by, TimeSpan lease, DateTimeOffset secretChangedAt, DateTimeOffset now) => new()
    {
        NodeId = node,
        Name = name,
        Handler = by,
        TriggerId = WebhookEventId.Create(now, RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes)),
        Lease = lease,
        AtMost = int.MaxValue,
        Within = lease,
        SecretChangedAt = secretChangedAt,
    };

    /// <summary>Whether it may begin: a store asks this within the transaction that keeps the answer.</summary>
    /// <param name="earlier">What was done to the node, the latest first; at most <see cref="Kept"/>.</param>
    /// <param name="now">The time by the clock of the store.</param>
    public ActionStart Judge(IReadOnlyList<NodeAction> earlier, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(earlier);

        // A clock that was set back does not end a lease early.
        if (earlier.FirstOrDefault(action => action.Outcome is null && now < action.StartedAt + action.Lease) is { } running)
        {
            return new(IsOwn(running) ? ActionVerdict.Running : ActionVerdict.Busy, running);
        }

        var last = earlier.FirstOrDefault(action => action.Name == Name);
        if (last is { Outcome: ActionOutcome.Refused } && last.StartedAt >= SecretChangedAt)
        {
            return new(ActionVerdict.Refused, last);
        }

        // Of what nobody knows the end of, a second time could be one too many.
        if (earlier.FirstOrDefault(IsOwn) is { Outcome: null or ActionOutcome.Done } over)
        {
            return new(ActionVerdict.Over, over);
        }

        return earlier.Count(action => action.Name == Name && action.StartedAt > now - Within) >= AtMost
            ? new(ActionVerdict.TooMany, last)
            : new(ActionVerdict.Begun, new NodeAction
            {
                NodeId = NodeId,
                Number = (earlier.Count == 0 ? 0 : earlier[0].Number) + 1,
                Name = Name,
                Handler = Handler,
                TriggerId = TriggerId,
                StartedAt = now,
                Lease = Lease,
            });
    }

    private bool IsOwn(NodeAction action) => action.Name == Name && action.Handler == Handler && action.TriggerId == TriggerId;
}

/// <summary>Whether an action has begun.</summary>
/// <param name="Verdict">Whether, and why not.</param>
/// <param name="Action">What has begun, or what stands in the way.</param>
public sealed record ActionStart(ActionVerdict Verdict, NodeAction? Action);

/// <summary>Whether an action may begin, and why not.</summary>
public enum ActionVerdict
{
    /// <summary>It is stored and told: now do it.</summary>
    Begun,

    /// <summary>It has begun already, for the same event, and may go on still: only look.</summary>
    Running,

    /// <summary>Something else is being done to the node.</summary>
    Busy,

    /// <summary>It was done for the same event before, or nobody knows whether it was.</summary>
    Over,

    /// <summary>The node has refused the same secret.</summary>
    Refused,

    /// <summary>It was done too often.</summary>
    TooMany,
}
