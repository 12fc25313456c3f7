using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Clocks;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Clocks;

/// <summary>A server whose clock is set, two receivers an hour apart, and a handler that fails for three events in ten.</summary>
internal sealed class SteppedSite : IAsyncDisposable
{
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(3);

    private readonly TemporaryDirectory _folder = new();
    private readonly FakeClock _hourAhead = new();
    private readonly ReceiverProcess?[] _receivers = new ReceiverProcess?[2];
    private readonly PostgreSqlCluster _server;
    private readonly RecordingHandler _recorder;
    private readonly Load _load = new() { Rest = TimeSpan.FromMilliseconds(20) };
    private readonly TimeSpan _size;

    private SteppedSite(PostgreSqlCluster server, RecordingHandler recorder, TimeSpan size)
    {
        (_server, _recorder, _size) = (server, recorder, size);
        _recorder.Refuses = Attempt.IsOfThoseThatFail;
        _hourAhead.Step(TimeSpan.FromHours(1));
    }

    public static async Task<SteppedSite> StartAsync(TimeSpan size)
    {
        var site = new SteppedSite(await PostgreSqlCluster.StartAsync(hasOwnClock: true), await RecordingHandler.StartAsync(), size);
        try
        {
            await site.StartReceiverAsync(1);
            await site.StartReceiverAsync(0);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets the clock forth, back, and back once more, then waits for what is left.</summary>
    /// <remarks>
    /// A receiver dies while the clock is ahead, so that its leases and retries are left to the other. The clock ends behind: set
    /// forth, it would make due what it had put off when it was set back.
    /// </remarks>
    public async Task<StepOutcome> StepAsync()
    {
        _load.Start();
        await CalmAsync();
        await SetClockAsync(_size);
        await CalmAsync();
        await _receivers[0]!.KillAsync();
        await SetClockAsync(TimeSpan.Zero);
        await StartReceiverAsync(0);
        await CalmAsync();
        await SetClockAsync(-_size);
        await CalmAsync();

        await _load.StopAsync();
        var start = TimeProvider.System.GetTimestamp();
        var outcome = await Wait.LookAsync(
            () => StepOutcome.Of(_size, _load, _recorder, TimeProvider.System.GetElapsedTime(start)), outcome => outcome.IsOver);
        Campaign.Tell(outcome.ToString());
        return outcome.Waiting.Count == 0 ? outcome : outcome with { Evidence = await ReadAsync() };
    }

    public async ValueTask DisposeAsync()
    {
        await _load.DisposeAsync();
        foreach (var receiver in _receivers.OfType<ReceiverProcess>())
        {
            await receiver.DisposeAsync();
        }

        await _recorder.DisposeAsync();
        await _server.DisposeAsync();
        _hourAhead.Dispose();
        _folder.Dispose();
    }

    private static Task CalmAsync() => Task.Delay(Calm, TimeProvider.System, TestContext.Current.CancellationToken);

    private async Task SetClockAsync(TimeSpan ahead)
    {
        _server.Clock!.Step(ahead);
        var now = await TestPostgreSql.QueryAsync<DateTime>($"{_server.ConnectionString};Pooling=false", "SELECT now()");
        now.Should().BeCloseTo((TimeProvider.System.GetUtcNow() + ahead).UtcDateTime, TimeSpan.FromMinutes(1));
    }

    private async Task StartReceiverAsync(int number)
    {
        var settings = ReceiverSettings.In(_folder.File($"receiver-{number}"))
            .WithNodes(_load.Nodes)
            .WithPostgreSql(_server.ConnectionString)
            .With("Dispatch:HandlerTimeout", "00:00:02")
            .WithRetriesAfter(TimeSpan.FromSeconds(1))
            .ForwardingTo(_recorder, $"{number}");
        if (_receivers[number] is { } before)
        {
            await before.DisposeAsync();
        }

        _receivers[number] = await ReceiverProcess.StartAsync(number == 0 ? settings : settings.WithClock(_hourAhead));
        _load.Targets = [.. _receivers.OfType<ReceiverProcess>().Select(receiver => receiver.WebhookUrl)];
    }

    private Task<string> ReadAsync() => TestPostgreSql.QueryAsync<string>(
        $"{_server.ConnectionString};Pooling=false",
        """
        SELECT now()::text
            || coalesce((SELECT string_agg(E'\nlane ' || l::text, '') FROM (SELECT * FROM thunderstack.lanes LIMIT 10) l), '')
            || coalesce((SELECT string_agg(E'\ndelivery ' || d::text, '') FROM (SELECT * FROM thunderstack.deliveries WHERE state = 1 LIMIT 10) d), '')
        """);
}
