using ThunderStack.Webhooks.EndToEnd.Traffic;

namespace ThunderStack.Webhooks.EndToEnd.Failover;

/// <summary>What became of the events of a load whose server was replaced by one that was behind.</summary>
internal sealed record FailoverOutcome
{
    public required string Site { get; init; }

    public required long Acknowledged { get; init; }

    /// <summary>How many were acknowledged before the last server took over, and went with the one before.</summary>
    public required int Lost { get; init; }

    /// <summary>Acknowledged by a server that is still there, and not stored.</summary>
    public required IReadOnlyList<NumberedEvent> Missing { get; init; }

    /// <summary>Stored, and never taken by the handler.</summary>
    public required IReadOnlyList<NumberedEvent> NeverHandled { get; init; }

    /// <summary>Stored, and taken by the handler for the first time after a later one of the same node.</summary>
    public required IReadOnlyList<NumberedEvent> OutOfOrder { get; init; }

    /// <summary>How many attempts there were for events that the handler had taken before.</summary>
    public required int Repeats { get; init; }

    /// <summary>How long it took at most from a server's return until events were accepted again.</summary>
    public TimeSpan LongestOutage { get; init; }

    /// <summary>How long was waited since the last event.</summary>
    public required TimeSpan Drained { get; init; }

    /// <summary>The lanes and the receivers' output, when something was never handled.</summary>
    public string Evidence { get; init; } = "";

    public static FailoverOutcome Of(
        string site, NumberedEvent[] stored, Load load, RecordingHandler recorder, IReadOnlyCollection<Loss> losses, TimeSpan drained)
    {
        var present = stored.ToHashSet();
        var absent = load.AcknowledgedEvents
            .Where(numbered => !present.Contains(numbered))
            .ToLookup(numbered => losses.Any(loss => loss.Explains(numbered.Node, numbered.Number)));

        var handled = new HashSet<NumberedEvent>();
        var furthest = new Dictionary<string, long>();
        var outOfOrder = new List<NumberedEvent>();
        var attempts = recorder.Attempts.Where(attempt => !attempt.IsRefused).Select(attempt => attempt.Event).ToArray();
        foreach (var arrived in attempts.Where(arrived => present.Contains(arrived) && handled.Add(arrived)))
        {
            if (arrived.Number < furthest.GetValueOrDefault(arrived.Node))
            {
                outOfOrder.Add(arrived);
            }

            furthest[arrived.Node] = Math.Max(arrived.Number, furthest.GetValueOrDefault(arrived.Node));
        }

        return new()
        {
            Site = site,
            Acknowledged = load.Total,
            Lost = absent[true].Count(),
            Missing = [.. absent[false]],
            NeverHandled = [.. stored.Where(numbered => !handled.Contains(numbered))],
            OutOfOrder = outOfOrder,
            Repeats = attempts.Length - attempts.Distinct().Count(),
            Drained = drained,
        };
    }

    public override string ToString() =>
        $"{Site}: {Acknowledged} answered 200, {Lost} of them lost with the server before; of the others {Missing.Count} not stored, "
        + $"{NeverHandled.Count} never handled, {OutOfOrder.Count} out of order; {Repeats} handled again; "
        + $"{LongestOutage.TotalSeconds:0.0} s until accepted again, {Drained.TotalSeconds:0} s to drain.";

    public void ShouldBeSound()
    {
        Missing.Should().BeEmpty("{0}", this);
        NeverHandled.Should().BeEmpty("{0}\n{1}", this, Evidence);
        OutOfOrder.Should().BeEmpty("{0}", this);
    }
}
