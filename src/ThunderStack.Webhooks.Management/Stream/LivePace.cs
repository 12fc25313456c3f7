namespace ThunderStack.Webhooks.Management.Stream;

/// <summary>How often those who look on may ask for a page anew, so that all of them together leave the machine to the webhooks.</summary>
internal sealed class LivePace(LiveFeed feed)
{
    // Of one after the other, everybody's pages take a twentieth of the time.
    private const int PauseForDuration = 20;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait before asking again.</summary>
    /// <param name="took">How long the last answer took.</param>
    public TimeSpan PauseAfter(TimeSpan took)
    {
        var pause = took * PauseForDuration * feed.Readers;
        return pause < Shortest ? Shortest : pause > Longest ? Longest : pause;
    }
}
