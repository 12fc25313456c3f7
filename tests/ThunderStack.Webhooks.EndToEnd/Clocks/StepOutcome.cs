using ThunderStack.Webhooks.EndToEnd.Traffic;

namespace ThunderStack.Webhooks.EndToEnd.Clocks;

/// <summary>What became of the deliveries of a server whose clock was set.</summary>
/// <param name="Size">How far it was set forth and back.</param>
/// <param name="Acknowledged">How many events were answered 200.</param>
/// <param name="Waiting">Those that the handler has not taken yet.</param>
/// <param name="LongestWait">From a failed attempt to the next one of the same event.</param>
/// <param name="Drained">How long was waited since the last event.</param>
/// <param name="Evidence">The lanes and deliveries that are left.</param>
internal sealed record StepOutcome(
    TimeSpan Size, long Acknowledged, IReadOnlyList<NumberedEvent> Waiting, TimeSpan LongestWait, TimeSpan Drained, string Evidence)
{
    // A minute more than the second that a delivery waits for its next attempt.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(61);

    public static StepOutcome Of(TimeSpan size, Load load, RecordingHandler recorder, TimeSpan drained)
    {
        var attempts = recorder.Attempts.ToArray();
        var taken = attempts.Where(attempt => !attempt.IsRefused).Select(attempt => attempt.Event).ToHashSet();
        var waits = attempts.GroupBy(attempt => attempt.Event)
            .SelectMany(ofEvent => ofEvent.Zip(ofEvent.Skip(1)))
            .Select(pair => TimeProvider.System.GetElapsedTime(pair.First.ArrivedAt, pair.Second.ArrivedAt));
        var waiting = load.AcknowledgedEvents.Where(numbered => !taken.Contains(numbered));
        return new(size, load.Total, [.. waiting], waits.DefaultIfEmpty().Max(), drained, "");
    }

    public bool IsOver => Waiting.Count == 0 || Drained > Limit;

    public override string ToString() =>
        $"Clock set by {Size} forth and back twice: {Acknowledged} answered 200, {Waiting.Count} still wait; the longest wait for the next "
        + $"attempt took {LongestWait.TotalSeconds:0} s; {Drained.TotalSeconds:0} s to drain.";

    public void ShouldBeSound()
    {
        Waiting.Should().BeEmpty("{0}\n{1}", this, Evidence);
        LongestWait.Should().BeLessThan(Limit, "{0}", this);
    }
}
