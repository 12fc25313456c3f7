using System.Net;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Start;

/// <summary>A receiver that starts while its database is away.</summary>
[Collection("Waiting")]
public sealed class LateDatabaseTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(5);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_listens_says_what_it_waits_for_and_goes_on_once_the_database_is_there()
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        using var folder = new TemporaryDirectory();
        await using var database = await PostgreSqlCluster.StartAsync();
        await using var recorder = await RecordingHandler.StartAsync();
        await database.KillAsync();
        await using var receiver = ReceiverProcess.Launch(
            ReceiverSettings.In(folder.File("data")).WithPostgreSql(database.ConnectionString).ForwardingTo(recorder));

        await Wait.UntilAsync(() => receiver.IsListening || receiver.HasExited, Long, () => $"it listens. It wrote:\n{receiver.Output}");
        (await StatusAsync(receiver, "/healthz/live")).Should().Be(HttpStatusCode.OK);
        (await receiver.ReadinessAsync()).Should().Be(HttpStatusCode.ServiceUnavailable);
        await using var load = new Load { Target = receiver.WebhookUrl };
        load.Start();
        await Wait.UntilAsync(() => load.Refused > 0, Long, () => $"webhooks are refused. It wrote:\n{receiver.Output}");
        receiver.Output.Should().Contain($"database postgres at 127.0.0.1:{database.Port}");

        await database.StartAgainAsync();
        var since = TimeProvider.System.GetTimestamp();
        await receiver.UntilReadyAsync();

        TimeProvider.System.GetElapsedTime(since).Should().BeLessThan(Promise);
        await Wait.UntilAsync(() => load.Total > 10, Long, () => $"events are accepted. It wrote:\n{receiver.Output}");
        await load.StopAsync();
        await recorder.UntilSeenAsync(load.Acknowledged, Long);
        (await receiver.TerminateAsync(Long)).Should().Be(0);
    }

    [Fact]
    public async Task What_is_certain_never_to_get_better_ends_it_with_its_message()
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        using var folder = new TemporaryDirectory();
        await using var database = await PostgreSqlCluster.StartAsync();
        await database.KillAsync();
        var settings = ReceiverSettings.In(folder.File("data"))
            .WithPostgreSql(database.ConnectionString.Replace("Database=postgres", "Database=elsewhere", StringComparison.Ordinal));
        await using var receiver = ReceiverProcess.Launch(settings);
        await Wait.UntilAsync(() => receiver.IsListening || receiver.HasExited, Long, () => $"it listens. It wrote:\n{receiver.Output}");

        await database.StartAgainAsync();

        (await receiver.ExitAsync(Long)).Should().Be(1);
        receiver.Output.Should().Contain("there is no such database: create it");
    }

    private static async Task<HttpStatusCode> StatusAsync(ReceiverProcess receiver, string path)
    {
        using var response = await Http.GetAsync(new Uri(receiver.Address, path), Token);
        return response.StatusCode;
    }
}
