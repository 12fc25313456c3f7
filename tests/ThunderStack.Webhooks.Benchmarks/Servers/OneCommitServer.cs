using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>
/// Verify, then one durable SQLite transaction per request, one request at a time. It has the same columns as the inbox,
/// and the same key that grows at its end. Either as everybody writes it first, with a connection from the pool and a
/// transaction for each request, or tuned: one connection and one prepared statement for all, which nobody gets to without
/// measuring.
/// </summary>
internal sealed class OneCommitServer : IDisposable
{
    private const string Schema =
        """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE events (
            id BLOB PRIMARY KEY, node_id TEXT NOT NULL, event_type TEXT NOT NULL, status TEXT, timestamp_text TEXT,
            timestamp INTEGER, received_at INTEGER NOT NULL, body BLOB NOT NULL, signature BLOB NOT NULL, key TEXT NOT NULL);
        """;

    private const string Insert =
        """
        INSERT INTO events (id, node_id, event_type, status, timestamp_text, timestamp, received_at, body, signature, key)
        VALUES ($id, $node_id, $event_type, $status, $timestamp_text, $timestamp, $received_at, $body, $signature, $key)
        ON CONFLICT DO NOTHING
        """;

    private static readonly string Key = new('0', 64);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly SignatureCheck _signatures;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly bool _isTuned;

    private OneCommitServer(string publicKeyPem, string database, bool isTuned)
    {
        _signatures = new SignatureCheck(publicKeyPem);
        _isTuned = isTuned;
        _connection = new SqliteConnection($"Data Source={database}");
        _connection.Open();
        using var schema = new SqliteCommand(Schema, _connection);
        schema.ExecuteNonQuery();
        _insert = new SqliteCommand(Insert, _connection);
    }

    public static async Task RunAsync(int port, string publicKeyPem, string database, bool isTuned)
    {
        using var server = new OneCommitServer(publicKeyPem, database, isTuned);
        await PlainServer.RunAsync<SqliteParameter[]>(port, server.Verify, server.StoreAsync);
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
        _signatures.Dispose();
        _oneAtATime.Dispose();
    }

    private SqliteParameter[]? Verify(IHeaderDictionary headers, ReadOnlySequence<byte> body)
    {
        Span<byte> hash = stackalloc byte[SignatureCheck.HashLength];
        var signature = new byte[SignatureCheck.SignatureLength];
        if (!_signatures.IsAuthentic(headers, body, hash, signature))
            return null;

        var bytes = body.ToArray();
        using var json = JsonDocument.Parse(bytes);
        var sent = json.RootElement.GetProperty("eventTimestamp").GetString()!;
        var timestamp = DateTimeOffset.Parse(sent, CultureInfo.InvariantCulture);
        return
        [
            new("$id", WebhookEventId.Create(timestamp, hash).ToByteArray()),
            new("$node_id", json.RootElement.GetProperty("nodeId").GetString()),
            new("$event_type", json.RootElement.GetProperty("eventType").GetString()),
            new("$status", json.RootElement.GetProperty("details").GetProperty("status").GetString()),
            new("$timestamp_text", sent),
            new("$timestamp", timestamp.ToUnixTimeMilliseconds()),
            new("$received_at", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()),
            new("$body", bytes),
            new("$signature", signature),
            new("$key", Key),
        ];
    }

    private async Task StoreAsync(SqliteParameter[] row)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            if (_isTuned)
                StorePrepared(row);
            else
                await StoreInTransactionAsync(row);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task StoreInTransactionAsync(SqliteParameter[] row)
    {
        await using var connection = new SqliteConnection(_connection.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = new SqliteCommand(Insert, connection, (SqliteTransaction)transaction);
        insert.Parameters.AddRange(row);
        await insert.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    // A statement outside of a transaction is a transaction of its own: committed, and synced, when it returns.
    private void StorePrepared(SqliteParameter[] row)
    {
        _insert.Parameters.Clear();
        _insert.Parameters.AddRange(row);
        _insert.ExecuteNonQuery();
    }
}
