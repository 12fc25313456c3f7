using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.EndToEnd.Verification;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Failover;

/// <summary>A primary and its asynchronous standby, two receivers that know both, and a load on the receivers.</summary>
internal sealed class FailoverSite : IAsyncDisposable
{
    private const int Senders = 8;
    private const int Nodes = 48;

    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly TemporaryDirectory _folder = new();
    private readonly ReceiverProcess?[] _receivers = new ReceiverProcess?[2];
    private readonly string _name;
    private readonly string _connectionString;
    private readonly List<Loss> _losses = [];
    private TimeSpan _longestOutage;
    private PostgreSqlCluster _primary;
    private PostgreSqlCluster _other;

    private FailoverSite(string name, PostgreSqlCluster primary, PostgreSqlCluster standby, RecordingHandler recorder)
    {
        _name = name;
        (_primary, _other) = (primary, standby);
        Recorder = recorder;
        _connectionString = primary.ConnectionString.Replace(
            $"Host=127.0.0.1;Port={primary.Port}", $"Host=127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}", StringComparison.Ordinal);
    }

    public RecordingHandler Recorder { get; }

    public Load Load { get; } = new(Senders, Nodes) { Rest = TimeSpan.FromMilliseconds(20) };

    /// <summary>Starts the servers, the receivers and the load.</summary>
    /// <param name="name">What the site is called where its outcome is told.</param>
    /// <param name="standbyAhead">How far the standby's clock is ahead of the primary's, which is the machine's.</param>
    public static async Task<FailoverSite> StartAsync(string name, TimeSpan standbyAhead = default)
    {
        var primary = await PostgreSqlCluster.StartAsync();
        var standby = await PostgreSqlCluster.StartStandbyAsync(primary, hasOwnClock: standbyAhead != TimeSpan.Zero);
        standby.Clock?.Step(standbyAhead);
        var site = new FailoverSite(name, primary, standby, await RecordingHandler.StartAsync());
        try
        {
            await site.StartReceiversAsync();
            site.Load.Start();
            await site.UntilAcceptedAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the primary when the standby is this far behind, and promotes the standby.</summary>
    public async Task FailOverAsync(TimeSpan behind, bool killReceivers)
    {
        var copied = Acknowledged();
        if (_losses.Count > 0)
        {
            await _other.FollowAsync(_primary);
        }

        await Task.Delay(Calm, TimeProvider.System, TestContext.Current.CancellationToken);
        if (behind > TimeSpan.Zero)
        {
            await _other.CutOffAsync();
            await Task.Delay(behind, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        if (killReceivers)
        {
            await KillReceiversAsync();
        }

        await _primary.KillAsync();
        _losses.Add(new(copied, Acknowledged()));
        await _other.PromoteAsync();
        (_primary, _other) = (_other, _primary);
        await UntilAcceptedAgainAsync(startReceivers: killReceivers);
    }

    /// <summary>Takes the server back to a base backup of a while ago, as an operator does under receivers that run on.</summary>
    public async Task RestoreAsync(TimeSpan old)
    {
        var copied = Acknowledged();
        await _primary.BackUpAsync();
        await Task.Delay(old, TimeProvider.System, TestContext.Current.CancellationToken);
        await _primary.KillAsync();
        _losses.Add(new(copied, Acknowledged()));
        await _primary.RestoreAsync();
        await UntilAcceptedAgainAsync(startReceivers: false);
    }

    /// <summary>Ends the load, and waits until everything that is stored has been handled, or has been waited for long enough.</summary>
    public async Task<FailoverOutcome> FinishAsync()
    {
        await Task.Delay(Calm, TimeProvider.System, TestContext.Current.CancellationToken);
        await Load.StopAsync();
        var start = TimeProvider.System.GetTimestamp();
        var outcome = await Wait.LookAsync(
            () => FailoverOutcome.Of(
                _name, [.. StoredEvents.ReadPostgreSql(_primary.ConnectionString).Events], Load, Recorder, _losses, TimeProvider.System.GetElapsedTime(start)),
            outcome => outcome.NeverHandled.Count == 0 || outcome.Drained > Patience);
        outcome = outcome with { LongestOutage = _longestOutage };
        Campaign.Tell(outcome.ToString());
        return outcome.NeverHandled.Count == 0 ? outcome : outcome with { Evidence = $"{await ReadLanesAsync()}\n{Outputs}" };
    }

    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        await KillReceiversAsync();
        await Recorder.DisposeAsync();
        await _primary.DisposeAsync();
        await _other.DisposeAsync();
        _folder.Dispose();
    }

    private string Outputs => string.Join("\n---\n", _receivers.Select(receiver => receiver?.Output));

    private Dictionary<string, long> Acknowledged() => new(Load.Acknowledged);

    private async Task StartReceiversAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, _receivers.Length).Select(async number =>
        {
            var settings = ReceiverSettings.In(_folder.File($"receiver-{number}"))
                .WithNodes(Load.Nodes)
                .WithPostgreSql(_connectionString)
                .With("Dispatch:HandlerTimeout", "00:00:01")
                .WithRetriesAfter(TimeSpan.FromSeconds(1))
                .ForwardingTo(Recorder, $"{number}");
            _receivers[number] = await ReceiverProcess.StartAsync(settings);
        }));
        Load.Targets = [.. _receivers.Select(receiver => receiver!.WebhookUrl)];
    }

    private async Task KillReceiversAsync()
    {
        Load.Targets = [];
        for (var number = 0; number < _receivers.Length; number++)
        {
            if (_receivers[number] is { } receiver)
            {
                await receiver.DisposeAsync();
                _receivers[number] = null;
            }
        }
    }

    private async Task UntilAcceptedAgainAsync(bool startReceivers)
    {
        var start = TimeProvider.System.GetTimestamp();
        if (startReceivers)
        {
            await StartReceiversAsync();
        }

        await UntilAcceptedAsync();
        var outage = TimeProvider.System.GetElapsedTime(start);
        _longestOutage = outage > _longestOutage ? outage : _longestOutage;
    }

    private async Task UntilAcceptedAsync()
    {
        var before = Load.Total;
        await Wait.UntilAsync(
            () => Load.Total >= before + Nodes, Patience, () => $"events are accepted after {_losses.Count} failovers. They wrote:\n{Outputs}");
    }

    private Task<string> ReadLanesAsync() => TestPostgreSql.QueryAsync<string>(
        $"{_primary.ConnectionString};Pooling=false",
        "SELECT coalesce(string_agg(l::text, E'\\n'), 'no lanes') FROM (SELECT * FROM thunderstack.lanes LIMIT 20) l");
}
