using System.Text.RegularExpressions;

namespace ThunderStack.Webhooks.EndToEnd.Notifications;

/// <summary>What nodes did, what was stored of it, and what people were told: three accounts that have to agree.</summary>
internal sealed partial record Telling
{
    public const string NodeFailed = "NodeFailed";

    // A message tells what was not told of these, and says that there was more.
    private const int MostLookedAt = 20;
    private const string Earlier = "…";

    private const string Opened = "opened";
    private const string Closed = "closed";

    public required IReadOnlyDictionary<string, List<NodeChange>> Changes { get; init; }

    public required IReadOnlyList<StoredTransition> Stored { get; init; }

    /// <summary>The messages that had arrived before <see cref="Stored"/> was read.</summary>
    public required IReadOnlyList<Message> Messages { get; init; }

    /// <summary>Whether nothing is to be told any more.</summary>
    public bool IsOver =>
        Stored.All(transition => MessagePlatform.Handlers.All(handler => transition.Deliveries.GetValueOrDefault(handler, DeliveryEnd.Scheduled) != DeliveryEnd.Scheduled))
        && OfConditions().All(condition => condition[^1].Condition != NodeFailed || condition[^1].Change == Closed)
        && !NotHeardOf().Any();

    /// <summary>Everything on which the accounts differ, once nothing is to be told any more.</summary>
    public IReadOnlyList<string> Violations() =>
        [.. NotStoredOnce(), .. ConditionsOfNothing(), .. WronglySettled(), .. NotHeardOf(), .. NeverTold(), .. NeverWas(), .. OutOfOrder()];

    public override string ToString() =>
        $"{Stored.Count(transition => transition.Status.Length > 0)} changes of status and {Stored.Count(transition => transition.Status.Length == 0)} of conditions stored; "
        + $"{Messages.Count} messages, {Messages.Count(message => message.IsTaken)} of them taken; "
        + $"{Stored.Sum(transition => transition.Deliveries.Values.Count(end => end == DeliveryEnd.Superseded))} deliveries superseded.";

    private IEnumerable<string> NotStoredOnce() =>
        from node in Changes
        let stored = Stored.Where(transition => transition.Node == node.Key && transition.Status.Length > 0).ToList()
        where stored.Any(transition => !transition.IsChange) || !stored.Select(transition => new NodeChange(transition.Status, transition.At)).SequenceEqual(node.Value)
        select $"{node.Key} did {string.Join(", ", node.Value)}, and is stored to have done {string.Join(", ", stored)}";

    /// <summary>A condition opens and closes in turns, and says of the node what was true before.</summary>
    private IEnumerable<string> ConditionsOfNothing()
    {
        foreach (var (place, transition) in OfConditions().SelectMany(condition => condition.Index()))
        {
            if (transition.Change != (place % 2 == 0 ? Opened : Closed))
            {
                yield return $"{transition} is change number {place} of its condition";
            }

            var failure = Stored.FirstOrDefault(before =>
                before.Node == transition.Node && before.Status == FailingNodes.Failed && before.At == transition.Since && before.Place < transition.Place);
            if (transition.Condition == NodeFailed && (failure is null || (transition.Change == Closed && !Recovered(failure, transition))))
            {
                yield return $"{transition}, since {transition.Since:O}, is of a state that never was";
            }
        }
    }

    /// <summary>Each handler is told what it asks for, and whatever is not told is told with what comes after it.</summary>
    private IEnumerable<string> WronglySettled()
    {
        foreach (var handler in MessagePlatform.Handlers)
        {
            foreach (var transition in Stored)
            {
                var end = transition.Deliveries.GetValueOrDefault(handler, DeliveryEnd.Scheduled);
                if (end is not (DeliveryEnd.Succeeded or DeliveryEnd.Superseded or DeliveryEnd.Filtered) || IsWanted(handler, transition) == (end == DeliveryEnd.Filtered))
                {
                    yield return $"{transition} for {handler}: {end}";
                }

                if (end == DeliveryEnd.Superseded && !IsToldBy(handler, transition, Next(handler, transition)))
                {
                    yield return $"{transition} for {handler}: superseded, and the message of {Next(handler, transition)?.ToString() ?? "nothing"} does not tell it";
                }
            }
        }
    }

    private IEnumerable<string> NotHeardOf() =>
        from handler in MessagePlatform.Handlers
        from transition in Stored
        where transition.Deliveries.GetValueOrDefault(handler) == DeliveryEnd.Succeeded
            && !Messages.Any(message => message.IsTaken && message.Handler == handler && message.Event == transition.Id)
        select $"{transition} for {handler}: settled as told, and no message of it was taken";

    /// <summary>Whoever was not told of a state is told of a later one of the same subject.</summary>
    private IEnumerable<string> NeverTold() =>
        from handler in MessagePlatform.Handlers
        from transition in Stored
        where transition.Deliveries.GetValueOrDefault(handler) == DeliveryEnd.Superseded
            && !Stored.Any(later => later.Place > transition.Place && later.Node == transition.Node && later.Condition == transition.Condition
                && later.Deliveries.GetValueOrDefault(handler) == DeliveryEnd.Succeeded)
        select $"{transition} for {handler}: superseded by nothing that was told";

    private IEnumerable<string> NeverWas()
    {
        var stored = Stored.ToDictionary(transition => transition.Id);
        foreach (var message in Messages)
        {
            if (!stored.TryGetValue(message.Event, out var transition) || !Says(message, transition))
            {
                yield return $"{message} is of a state that never was";
            }
            else if (transition.Status == FailingNodes.Running
                && !Stored.Any(failure => failure.Node == message.Node && failure.Status == FailingNodes.Failed && failure.At == message.Since && IsBefore(failure, transition)))
            {
                yield return $"{message} says that the node had failed since then";
            }

            foreach (var brief in UntoldIn(message).Where(brief => brief != Earlier && !Stored.Any(before => before.Node == message.Node && before.Brief == brief)))
            {
                yield return $"{message} tells of {brief}, which never was";
            }
        }
    }

    private IEnumerable<string> OutOfOrder()
    {
        var places = Stored.ToDictionary(transition => transition.Id, transition => transition.Place);
        foreach (var lane in Messages.Where(message => places.ContainsKey(message.Event)).GroupBy(message => (message.Handler, message.Node)))
        {
            foreach (var (before, after) in lane.DistinctBy(message => message.Event).ToList() is var first ? first.Zip(first.Skip(1)) : [])
            {
                if (places[before.Event] > places[after.Event])
                {
                    yield return $"{after} arrived after {before}";
                }
            }
        }
    }

    private IEnumerable<List<StoredTransition>> OfConditions() =>
        Stored.Where(transition => transition.Condition.Length > 0).GroupBy(transition => (transition.Condition, transition.Node)).Select(condition => condition.ToList());

    /// <summary>Whether the node ran between a failure and the closing of its condition.</summary>
    private bool Recovered(StoredTransition failure, StoredTransition closing) => Stored.Any(running =>
        running.Node == failure.Node && running.Status == FailingNodes.Running && running.Place > failure.Place && running.Place < closing.Place);

    /// <summary>Whether a failure is the one that a node has recovered from.</summary>
    private bool IsBefore(StoredTransition failure, StoredTransition running) => failure.Place < running.Place && !Recovered(failure, running);

    private static bool IsWanted(string handler, StoredTransition transition) =>
        transition.Condition == NodeFailed ? handler == MessagePlatform.Failures : handler == MessagePlatform.Everyone;

    private StoredTransition? Next(string handler, StoredTransition transition) => Stored.FirstOrDefault(later =>
        later.Place > transition.Place && later.Node == transition.Node && later.Deliveries.GetValueOrDefault(handler) == DeliveryEnd.Succeeded);

    private bool IsToldBy(string handler, StoredTransition transition, StoredTransition? later)
    {
        if (later is null)
        {
            return false;
        }

        var looked = Stored.Where(before => before.Node == later.Node && before.Place < later.Place).TakeLast(MostLookedAt).ToList();
        var told = looked.Contains(transition) ? transition.Brief : Earlier;
        return Messages.Any(message => message.Handler == handler && message.Event == later.Id && UntoldIn(message).Contains(told))
            || !looked.Exists(before => before.Deliveries.GetValueOrDefault(handler) == DeliveryEnd.Superseded);
    }

    private static bool Says(Message message, StoredTransition transition) =>
        (message.Node, message.Status, message.Condition, message.Change) == (transition.Node, transition.Status, transition.Condition, transition.Change)
        && message.At.ToUnixTimeMilliseconds() == transition.At.ToUnixTimeMilliseconds()
        && (transition.Condition.Length == 0 || message.Since == transition.Since);

    private static string[] UntoldIn(Message message) =>
        Untold().Match(message.Text) is { Success: true } match ? match.Groups["list"].Value.Split(", ") : [];

    [GeneratedRegex(@"and not told: (?<list>.+)\.$", RegexOptions.Multiline)]
    private static partial Regex Untold();
}
