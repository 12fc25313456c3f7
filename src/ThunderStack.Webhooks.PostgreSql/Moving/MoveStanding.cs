using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.PostgreSql.Moving;

/// <summary>How far a move has come.</summary>
/// <param name="MovedThrough">The last id that is stored; <see langword="null"/> when there is none yet.</param>
/// <param name="Moved">How many ids are stored.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record MoveStanding(WebhookEventId? MovedThrough, long Moved, DateTimeOffset? FinishedAt)
{
    /// <summary>Whether it has ended.</summary>
    public bool IsFinished => FinishedAt is not null;
}
