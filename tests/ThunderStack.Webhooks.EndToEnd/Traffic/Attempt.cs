namespace ThunderStack.Webhooks.EndToEnd.Traffic;

/// <summary>One attempt of a delivery, as the handler saw it.</summary>
/// <param name="Replica">The end of the URL that it was posted to, which tells replicas apart that forward to different ones.</param>
/// <param name="Event">The event.</param>
/// <param name="Number">The which attempt it says that it is, from 1.</param>
/// <param name="ArrivedAt">When it arrived, as a timestamp of the system's clock.</param>
internal sealed record Attempt(string Replica, NumberedEvent Event, int Number, long ArrivedAt)
{
    /// <summary>Whether the handler answers 500.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Whether it is the first one of an event that a handler fails for at first: three in ten.</summary>
    public static bool IsOfThoseThatFail(Attempt attempt) => attempt.Number == 1 && attempt.Event.Number % 10 is (1 or 4 or 8);
}
