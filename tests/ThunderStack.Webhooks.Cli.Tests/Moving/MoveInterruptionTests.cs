using System.Diagnostics;
using Npgsql;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.Cli.Tests.Moving;

public sealed class MoveInterruptionTests(ITestOutputHelper output)
{
    private static int Events { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("THUNDERSTACK_MOVE_EVENTS"), out var count) ? count : 12_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_move_that_is_killed_again_and_again_ends_as_one_that_was_not()
    {
        const int MostKills = 8;
        await using var move = await MoveFixture.CreateAsync();
        await BusyInbox.FillAsync(move.File, Events, seed: 3);
        var random = new Random(3);
        var kills = 0;
        var moved = new List<long>();
        while (kills < MostKills && !await move.MoveAndKillAsync(TimeSpan.FromMilliseconds(kills == 0 ? 300 : random.Next(600, 1_800))))
        {
            kills++;
            moved.Add(await MovedAsync(move));
        }

        var run = (await move.MoveAsync()).ShouldEnd(Expected.Ok);

        output.WriteLine($"{kills} kills, behind which {string.Join(", ", moved)} ids were there");
        kills.Should().BePositive();
        moved.Should().BeInAscendingOrder("what is committed stays");
        run.Json.GetProperty("differences").GetArrayLength().Should().Be(0);
        (await move.QueryAsync<long>("SELECT count(*) FROM {schema}.event_ids")).Should().Be(Events + 20);
    }

    [Fact]
    public async Task Connections_that_break_are_looked_for_again()
    {
        await using var move = await MoveFixture.CreateAsync();
        await BusyInbox.FillAsync(move.File, Events, seed: 4);
        var settings = new NpgsqlConnectionStringBuilder(move.ConnectionString);
        await using var proxy = FaultyProxy.Start(settings.Port);
        settings.Port = proxy.Port;
        settings.Host = "127.0.0.1";
        var moving = ToolRun.ToolAsync(move.Arguments(), move.EnvironmentOf(settings.ConnectionString));
        var faults = 0;
        foreach (var fault in (ConnectionFault[])[ConnectionFault.Reset, ConnectionFault.LoseAnswer, ConnectionFault.Refuse, ConnectionFault.LoseAnswer])
        {
            // Behind some more that was committed, so that each fault meets a move on its way.
            var before = await MovedAsync(move);
            await Testing.Eventually.TrueAsync(
                async () => moving.IsCompleted || await MovedAsync(move) > before, "it goes on");
            if (moving.IsCompleted)
            {
                break;
            }

            faults++;
            proxy.Set(fault);
            await Task.WhenAny(moving, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token));
            proxy.Set(ConnectionFault.None);
        }

        var run = (await moving).ShouldEnd(Expected.Ok);

        output.WriteLine($"{faults} faults");
        faults.Should().BePositive();
        run.Error.Should().Contain("Waiting: ");
        run.Json.GetProperty("differences").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Speed()
    {
        await using var move = await MoveFixture.CreateAsync();
        await BusyInbox.FillAsync(move.File, Events, seed: 5);
        var clock = Stopwatch.StartNew();

        (await move.MoveAndKillAsync(TimeSpan.FromMinutes(15))).Should().BeTrue();

        output.WriteLine($"{Events:N0} events moved and verified in {clock.Elapsed.TotalSeconds:N1} s");
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20 + (Events / 500)));
    }

    private static async Task<long> MovedAsync(MoveFixture move)
    {
        var isThere = await move.QueryAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = '{schema}' AND tablename = 'moves')");
        return isThere ? await move.QueryAsync<long>("SELECT coalesce((SELECT max(moved) FROM {schema}.moves), 0)::bigint") : 0;
    }
}
