using Npgsql;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>A schema of the version before, and what a receiver of that version does in it before and after the upgrade.</summary>
public sealed class UpgradeTests : IAsyncLifetime
{
    private const string Handler = "only";
    private const int Before = 2;

    private readonly string _schema = TestPostgreSql.NewSchema();
    private string _connectionString = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await TestPostgreSql.ConnectAsync();
        await using var source = NpgsqlDataSource.Create(_connectionString);
        await Migrations.ApplyAsync(source, new SchemaName(_schema), Before, Token);
        await ExecuteAsync(
            $"""
            INSERT INTO {_schema}.handlers(name) VALUES('{Handler}');
            INSERT INTO {_schema}.replicas(replica, expires_at, handlers) VALUES(7, clock_timestamp() + interval '2 seconds', ARRAY[1]);
            INSERT INTO {_schema}.nodes(node_id, last_turn) VALUES('held', 2), ('free', 3), ('skipped', 4), ('retried', 5);
            INSERT INTO {_schema}.lanes(handler, node, done_through, owner, fence) VALUES(1, 1, 1, 7, 3), (1, 2, 0, NULL, 0), (1, 3, 99, 7, 1), (1, 4, 0, NULL, 2);
            INSERT INTO {_schema}.events(seq, id, node, source, type, received_at, signature, body)
                SELECT seq, sha256(seq::text::bytea), node, 1, 'NODE_STATUS_UPDATED', 0, '', '' FROM unnest(ARRAY[1, 2, 3, 4, 5], ARRAY[1, 1, 2, 3, 4]) AS e(seq, node);
            INSERT INTO {_schema}.event_ids SELECT id, seq FROM {_schema}.events;
            INSERT INTO {_schema}.deliveries(handler, seq, node, turn, state, attempts, at, due_at) VALUES(1, 1, 1, 1, 2, 1, 0, NULL),
                (1, 5, 4, 5, 1, 2, 0, (extract(epoch FROM clock_timestamp()) * 1000)::bigint - 1);
            SELECT setval('{_schema}.turns', 5);
            """);
    }

    public async ValueTask DisposeAsync() => await ExecuteAsync($"DROP SCHEMA {_schema} CASCADE");

    [Fact]
    public async Task Everything_that_waited_is_handed_out_and_what_had_an_owner_when_its_lease_is_over()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync(schema: _schema);
        var leaseUntil = await TestPostgreSql.QueryAsync<long>(_connectionString, $"SELECT lease_until FROM {_schema}.lanes WHERE handler = 1 AND node = 1");
        await store.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);

        var claimed = new Dictionary<string, (Delivery Delivery, long At)>();
        while (claimed.Count < 4)
        {
            foreach (var delivery in await store.Inbox.ClaimAsync(Handler, 4, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token))
            {
                claimed.Add(delivery.Entry.NodeId.Value, (delivery, await NowAsync()));
            }
        }

        claimed.Keys.Should().BeEquivalentTo("held", "free", "skipped", "retried");
        claimed["retried"].Delivery.Attempt.Should().Be(3);
        claimed["held"].At.Should().BeGreaterThanOrEqualTo(leaseUntil, "its owner may still be at work before");
    }

    [Fact]
    public async Task Receiver_of_the_version_before_goes_on_storing_records_what_it_had_begun_and_begins_nothing_more()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync(schema: _schema);

        var renew = () => ExecuteAsync($"UPDATE {_schema}.replicas SET expires_at = clock_timestamp() + interval '43 seconds' WHERE replica = 7");
        var claim = () => ExecuteAsync(
            $"UPDATE {_schema}.lanes l SET owner = 7, fence = l.fence + 1 WHERE EXISTS (SELECT FROM {_schema}.replicas r WHERE r.replica = 7)");
        await ExecuteAsync(
            $"""
            WITH held AS (
                UPDATE {_schema}.lanes l SET done_through = greatest(l.done_through, 2), owner = NULL, due_at = NULL, seen = 2
                WHERE l.handler = 1 AND l.node = 1 AND l.fence = 3 RETURNING l.handler, l.node)
            INSERT INTO {_schema}.deliveries(handler, seq, node, turn, state, attempts, at) SELECT handler, 2, node, 2, 2, 1, 0 FROM held;
            INSERT INTO {_schema}.nodes(node_id) VALUES('new');
            INSERT INTO {_schema}.lanes(handler, node, done_through) SELECT h.handler, n.node, 0
                FROM {_schema}.handlers h CROSS JOIN {_schema}.nodes n WHERE n.node_id = 'new';
            INSERT INTO {_schema}.events(seq, id, node, source, type, received_at, signature, body)
                SELECT 6, sha256('6'), node, 1, 'NODE_STATUS_UPDATED', 0, '', '' FROM {_schema}.nodes WHERE node_id = 'new';
            INSERT INTO {_schema}.event_ids SELECT id, seq FROM {_schema}.events WHERE seq = 6;
            UPDATE {_schema}.nodes SET last_turn = 6 WHERE node_id = 'new';
            """);

        await renew.Should().ThrowAsync<PostgresException>();
        await claim.Should().ThrowAsync<PostgresException>();
        await store.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        var nodes = new List<string>();
        while (nodes.Count < 4)
        {
            nodes.AddRange((await store.Inbox.ClaimAsync(Handler, 5, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token))
                .Select(delivery => delivery.Entry.NodeId.Value));
        }

        nodes.Should().BeEquivalentTo(["free", "skipped", "retried", "new"], "what the old receiver had begun in 'held' is recorded");
    }

    [Fact]
    public async Task Upgrade_waits_for_a_busy_table_only_briefly_and_comes_through_in_the_end()
    {
        await using var busy = new NpgsqlConnection(_connectionString);
        await busy.OpenAsync(Token);
        await using var transaction = await busy.BeginTransactionAsync(Token);
        await using (var command = new NpgsqlCommand($"LOCK TABLE {_schema}.lanes IN ACCESS SHARE MODE", busy, transaction))
        {
            await command.ExecuteNonQueryAsync(Token);
        }

        await using var source = NpgsqlDataSource.Create(_connectionString);
        var upgrade = () => Migrations.ApplyAsync(source, new SchemaName(_schema), Token);
        (await upgrade.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(PostgresErrorCodes.LockNotAvailable);

        await transaction.RollbackAsync(Token);
        await upgrade.Should().NotThrowAsync();
    }

    private Task ExecuteAsync(string sql) => TestPostgreSql.ExecuteAsync(_connectionString, sql);

    private Task<long> NowAsync() => TestPostgreSql.QueryAsync<long>(_connectionString, $"SELECT {ServerClock.Now}");
}
