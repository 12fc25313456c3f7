using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Conditions;

/// <summary>
/// Compares what the sources find with what is open, and opens, closes and reminds. Several replicas take turns by a duty: whoever has
/// it looks at the present state, and what it writes repeats the duty's token.
/// </summary>
internal sealed partial class ConditionMonitor(
    IConditionStore store, IInboxAdministration inbox, IEnumerable<IConditionSource> sources, ConditionSignal signal, ConditionMetrics metrics,
    IOptions<ConditionOptions> options, TimeProvider time, ILogger<ConditionMonitor> logger) : BackgroundService
{
    // For what time alone brings about; whatever happens is a signal. An idle receiver should leave its database alone.
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(2);

    // What happens together is looked at together, and a flood of events does not become a flood of questions.
    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    // Longer than a sweep takes, and short enough that another replica has its turn when it has news.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private readonly Duty _duty = new("conditions", Guid.NewGuid());
    private readonly IConditionSource[] _sources = [.. sources];
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);

    // When somebody has to be told of what nobody was told of yet.
    private DateTimeOffset? _tellAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                signal.Reset();
                var isDone = await TrySweepAsync(stoppingToken).ConfigureAwait(false);
                await Task.Delay(isDone ? Gather : Again, time, stoppingToken).ConfigureAwait(false);
                if (isDone)
                {
                    await signal.WaitAsync(UntilNextSweep(), time, stoppingToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private TimeSpan UntilNextSweep()
    {
        var pause = Jitter.Around(Interval);
        return _tellAt - time.GetUtcNow() is { } untilTold && untilTold < pause ? (untilTold > TimeSpan.Zero ? untilTold : TimeSpan.Zero) : pause;
    }

    /// <summary>Returns whether it was this replica's turn.</summary>
    private async Task<bool> TrySweepAsync(CancellationToken cancellationToken)
    {
        if (!inbox.Health.IsHealthy)
        {
            // That is told by the health checks; nothing could be stored.
            return false;
        }

        try
        {
            var isHeld = await store.HoldAsync(_duty, Lease, cancellationToken).ConfigureAwait(false);
            var open = await inbox.ListConditionsAsync(closed: false, cancellationToken).ConfigureAwait(false);
            if (isHeld)
            {
                open = await SweepAsync(open, cancellationToken).ConfigureAwait(false);
            }

            _tellAt = open.Min(condition => condition.QuietUntil);
            metrics.Set(open);
            Recovered("");
            return isHeld;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Failed("", exception);
            return false;
        }
    }

    private async Task<IReadOnlyList<Condition>> SweepAsync(IReadOnlyList<Condition> open, CancellationToken cancellationToken)
    {
        var still = new List<Condition>();
        var orphans = open.Where(condition => !_sources.Any(source => source.Kinds.Contains(condition.Kind))).ToList();
        foreach (var source in _sources)
        {
            var ours = open.Where(condition => source.Kinds.Contains(condition.Kind)).ToList();
            if (await FindAsync(source, ours, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                still.AddRange(ours);
                continue;
            }

            still.AddRange(await CompareAsync(ours, found, cancellationToken).ConfigureAwait(false));
        }

        // Nobody looks for their kinds any more.
        await CompareAsync(orphans, [], cancellationToken).ConfigureAwait(false);
        return still;
    }

    private async Task<IReadOnlyCollection<Condition>?> FindAsync(IConditionSource source, List<Condition> open, CancellationToken cancellationToken)
    {
        var name = source.GetType().Name;
        try
        {
            var found = await source.FindAsync(open, cancellationToken).ConfigureAwait(false);
            Recovered(name);
            return found;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Failed(name, exception);
            return null;
        }
    }

    private async Task<List<Condition>> CompareAsync(
        List<Condition> open, IReadOnlyCollection<Condition> found, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var known = open.ToDictionary(KeyOf);
        foreach (var condition in open.ExceptBy(found.Select(KeyOf), KeyOf))
        {
            if (await store.ChangeAsync(condition, ConditionChange.Closed, now, _duty, cancellationToken).ConfigureAwait(false))
            {
                Log.Closed(logger, condition.Kind, condition.Subject, now - condition.Since);
            }
        }

        foreach (var condition in found)
        {
            if (!known.TryGetValue(KeyOf(condition), out var before))
            {
                var opened = condition with { QuietUntil = TellAfter(condition) is { Ticks: > 0 } wait ? now + wait : null };
                known[KeyOf(condition)] = opened;
                if (await store.ChangeAsync(opened, ConditionChange.Opened, now, _duty, cancellationToken).ConfigureAwait(false))
                {
                    Log.Opened(logger, condition.Kind, condition.Subject, condition.Message);
                }
            }
            else if (IsToBeTold(condition, before, now)
                && await store.ChangeAsync(condition with { Since = before.Since }, ConditionChange.Reminded, now, _duty, cancellationToken).ConfigureAwait(false))
            {
                known[KeyOf(condition)] = before with { QuietUntil = null };
            }
        }

        return [.. found.Select(condition => known[KeyOf(condition)])];
    }

    // The first time what was kept quiet; a clock that was set back does not keep it so for longer. From then on as a reminder.
    private bool IsToBeTold(Condition condition, Condition before, DateTimeOffset now) => before.QuietUntil is { } until
        ? now >= until || until - now > TellAfter(condition)
        : options.Value.RemindAfter > TimeSpan.Zero && now - before.ToldAt >= options.Value.RemindAfter;

    private TimeSpan TellAfter(Condition condition) => options.Value.TellAfter.TryGetValue(condition.Kind.Value, out var written) ? written : condition.TellAfter;

    private static (ConditionKind Kind, string Subject) KeyOf(Condition condition) => (condition.Kind, condition.Subject);

    private void Failed(string source, Exception exception)
    {
        if (_failing.Add(source))
        {
            Log.Failed(logger, exception);
        }
    }

    private void Recovered(string source) => _failing.Remove(source);

    private static partial class Log
    {
        [LoggerMessage(801, LogLevel.Warning, "{Kind} of {Subject}: {Message}")]
        public static partial void Opened(ILogger logger, ConditionKind kind, string subject, string message);

        [LoggerMessage(802, LogLevel.Information, "{Kind} of {Subject} has ended after {Duration}")]
        public static partial void Closed(ILogger logger, ConditionKind kind, string subject, TimeSpan duration);

        [LoggerMessage(803, LogLevel.Warning, "Conditions cannot be looked for; this is tried again, and logged again once it has worked meanwhile")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
