using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.Cli.Tests.Inbox;

public sealed class PostgreSqlInboxTests : IAsyncLifetime
{
    private readonly string _schema = TestPostgreSql.NewSchema();
    private string _connectionString = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _connectionString = await TestPostgreSql.ConnectAsync();

    public async ValueTask DisposeAsync() => await TestPostgreSql.ExecuteAsync(_connectionString, $"DROP SCHEMA IF EXISTS {_schema} CASCADE");

    [Fact]
    public async Task List_Show_Verify_WhileAReceiverHasItOpen()
    {
        await using var inbox = await OpenAsync();
        await TestInbox.StoreAllAsync(inbox, [.. Enumerable.Range(0, 1100).Select(number => SignedDelivery.Valid().At(TestEntry.Noon.AddMilliseconds(number)))]);
        await TestInbox.StoreAsync(inbox, SignedDelivery.Valid().ForNode("node-b").SignedBy(TestKey.Other));
        await inbox.AppendAsync(TestEntry.CreateReconciled(), key: null, Token);

        var list = await RunAsync("list", "--node", "node-b");
        var show = await RunAsync("show", list.Json[0].GetProperty("eventId").GetString()!);
        var shown = await RunAsync("show", list.Json[0].GetProperty("eventId").GetString()![^10..]);
        var verify = await RunAsync("verify");

        shown.ShouldEnd(Expected.Ok).Out.Should().Be(show.Out);
        (await RunAsync("show", "0123456789")).ShouldEnd(Expected.NotFound);
        list.ShouldEnd(Expected.Ok).Json.GetArrayLength().Should().Be(1);
        show.ShouldEnd(Expected.Ok).Json.GetProperty("event").GetProperty("nodeId").GetString().Should().Be("node-b");
        verify.ShouldEnd(Expected.Ok).Json.GetProperty("authentic").GetInt64().Should().Be(1101);
        verify.Json.GetProperty("reconciled").GetInt64().Should().Be(1);
    }

    [Fact]
    public async Task Verify_TamperedEvent_Fails()
    {
        await using var inbox = await OpenAsync();
        await TestInbox.StoreAsync(inbox, SignedDelivery.Valid());
        await TestPostgreSql.ExecuteAsync(_connectionString, $"UPDATE {_schema}.events SET body = body || ' '::bytea");

        (await RunAsync("verify")).ShouldEnd(Expected.Failed).Json.GetProperty("failed").GetInt64().Should().Be(1);
    }

    [Fact]
    public async Task Replay_WhileAReceiverHasItOpen_HandsTheDeadLetterOutThere()
    {
        await using var inbox = await OpenAsync();
        await inbox.RegisterHandlersAsync(["ops"], DeliveryOrdering.PerNode, Token);
        await TestInbox.StoreAsync(inbox, SignedDelivery.Valid());
        var claimed = (await inbox.ClaimAsync("ops", 1, Token)).Single();
        await inbox.SettleAsync(claimed, new Settlement(DeliveryOutcome.DeadLettered, TestEntry.Noon, Error: "it was refused"), Token);
        (await inbox.ListDeadLettersAsync(10, Token)).Should().ContainSingle();

        (await RunAsync("list", "--dead")).ShouldEnd(Expected.Ok).Json.GetArrayLength().Should().Be(1);
        (await RunAsync("replay", "--all")).ShouldEnd(Expected.Ok).Json.GetProperty("deliveries").GetInt32().Should().Be(1);

        var again = (await inbox.ClaimAsync("ops", 1, Token)).Single();
        again.Attempt.Should().Be(1);
        again.Entry.Id.Should().Be(claimed.Entry.Id);
    }

    [Fact]
    public async Task List_NoInboxThere_IsNotFound_AndMakesNone()
    {
        (await RunAsync("list")).ShouldEnd(Expected.NotFound);
        (await RunAsync("replay", "--all")).ShouldEnd(Expected.NotFound);

        (await TestPostgreSql.QueryAsync<bool>(_connectionString, $"SELECT to_regnamespace('{_schema}') IS NULL")).Should().BeTrue();
    }

    [Fact]
    public async Task List_NoServer_IsUnavailable() => (await ToolRun.ToolAsync(
        ["inbox", "list"], new() { ["THUNDERSTACK_INBOX"] = "Host=127.0.0.1;Port=1;Username=nobody;Database=nothing" })).ShouldEnd(Expected.Unavailable);

    // The connection string may hold a password, so it is never on a command line.
    private Task<ToolRun> RunAsync(params string[] arguments) => ToolRun.ToolAsync(
        ["inbox", .. arguments, "--schema", _schema, "-o", "json"], new() { ["THUNDERSTACK_INBOX"] = _connectionString });

    private async Task<PostgreSqlInbox> OpenAsync()
    {
        var inbox = new PostgreSqlInbox(
            Options.Create(new InboxOptions { ConnectionString = _connectionString }),
            Options.Create(new PostgreSqlInboxOptions { Schema = _schema }),
            Options.Create(new DispatchOptions()),
            TimeProvider.System,
            NullLogger<PostgreSqlInbox>.Instance);
        await inbox.OpenAsync(Token);
        return inbox;
    }
}
