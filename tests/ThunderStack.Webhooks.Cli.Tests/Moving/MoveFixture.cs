using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Cli.Tests.Inbox;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.Cli.Tests.Moving;

/// <summary>An SQLite inbox, and a PostgreSQL schema to move it to.</summary>
internal sealed class MoveFixture : IAsyncDisposable
{
    private MoveFixture(string connectionString) => ConnectionString = connectionString;

    public TestInbox File { get; } = new();

    public string ConnectionString { get; }

    public string Schema { get; } = TestPostgreSql.NewSchema();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<MoveFixture> CreateAsync() => new(await TestPostgreSql.ConnectAsync());

    public string[] Arguments(params string[] more) => ["inbox", "move", "--from", File.Path, "--schema", Schema, "-o", "json", .. more];

    public Dictionary<string, string> EnvironmentOf(string? connectionString = null) =>
        new() { ["THUNDERSTACK_INBOX"] = connectionString ?? ConnectionString };

    /// <summary>Runs the command to its end.</summary>
    public Task<ToolRun> MoveAsync(params string[] more) => ToolRun.ToolAsync(Arguments(more), EnvironmentOf());

    /// <summary>Starts the command, and kills its process after a while unless it has ended. Returns whether it had.</summary>
    public async Task<bool> MoveAndKillAsync(TimeSpan after)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[BuiltTool.Path, .. Arguments()])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["THUNDERSTACK_INBOX"] = ConnectionString;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = process.StandardError.ReadToEndAsync(Token);
        try
        {
            await process.WaitForExitAsync(Token).WaitAsync(after, Token);
            process.ExitCode.Should().Be(Expected.Ok, "it wrote:\n{0}\n{1}", await output, await error);
            return true;
        }
        catch (TimeoutException)
        {
            process.Kill();
            await process.WaitForExitAsync(Token);
            return false;
        }
    }

    /// <summary>Opens the PostgreSQL inbox as a receiver does.</summary>
    public async Task<PostgreSqlInbox> OpenAsync()
    {
        var inbox = new PostgreSqlInbox(
            Options.Create(new InboxOptions { ConnectionString = ConnectionString }),
            Options.Create(new PostgreSqlInboxOptions { Schema = Schema }),
            Options.Create(new DispatchOptions()),
            TimeProvider.System,
            NullLogger<PostgreSqlInbox>.Instance);
        await inbox.OpenAsync(Token);
        return inbox;
    }

    public Task<T> QueryAsync<T>(string sql) => TestPostgreSql.QueryAsync<T>(ConnectionString, sql.Replace("{schema}", Schema, StringComparison.Ordinal));

    /// <summary>Hands everything out that waits, and tells each node's events and attempts in their order, for each handler.</summary>
    public static async Task<Dictionary<string, List<string>>> DrainAsync(IInbox inbox, JsonElement handlers)
    {
        var handed = new Dictionary<string, List<string>>();
        var waiting = handlers.EnumerateObject().ToDictionary(
            handler => handler.Name, handler => handler.Value.GetProperty("pending").GetInt64() + handler.Value.GetProperty("scheduled").GetInt64());
        await inbox.RegisterHandlersAsync(waiting.Keys, DeliveryOrdering.PerNode, Token);
        foreach (var (handler, count) in waiting)
        {
            for (var left = count; left > 0;)
            {
                var settling = new List<Task>();
                foreach (var delivery in await inbox.ClaimAsync(handler, 16, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token))
                {
                    left--;
                    var lane = $"{handler} {delivery.Entry.NodeId.Value}";
                    handed.TryAdd(lane, []);
                    handed[lane].Add($"{delivery.Entry.Id} {delivery.Attempt} {delivery.IsStale}");
                    settling.Add(inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, TimeProvider.System.GetUtcNow()), Token).AsTask());
                }

                await Task.WhenAll(settling);
            }
        }

        return handed;
    }

    public async ValueTask DisposeAsync()
    {
        File.Dispose();
        await TestPostgreSql.ExecuteAsync(ConnectionString, $"DROP SCHEMA IF EXISTS {Schema} CASCADE");
    }
}
