using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>
/// What everybody writes first with PostgreSQL: verify, then one insert per request, prepared, on a connection of the pool.
/// It has the same columns as the inbox, and the same key that grows at its end.
/// </summary>
internal sealed class OneInsertServer : IDisposable
{
    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS events (
            id bytea PRIMARY KEY, node_id text NOT NULL, event_type text NOT NULL, status text, timestamp_text text,
            timestamp bigint, received_at bigint NOT NULL, body bytea NOT NULL, signature bytea NOT NULL, key text NOT NULL);
        """;

    private const string Insert =
        """
        INSERT INTO events (id, node_id, event_type, status, timestamp_text, timestamp, received_at, body, signature, key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
        """;

    private static readonly string Key = new('0', 64);

    private readonly SignatureCheck _signatures;
    private readonly NpgsqlDataSource _database;

    private OneInsertServer(string publicKeyPem, string connectionString)
    {
        _signatures = new SignatureCheck(publicKeyPem);
        _database = NpgsqlDataSource.Create(connectionString + ";Max Auto Prepare=10;No Reset On Close=true");
        using var schema = _database.CreateCommand(Schema);
        schema.ExecuteNonQuery();
    }

    public static async Task RunAsync(int port, string publicKeyPem, string connectionString)
    {
        using var server = new OneInsertServer(publicKeyPem, connectionString);
        await PlainServer.RunAsync<NpgsqlParameter[]>(port, server.Verify, server.StoreAsync);
    }

    public void Dispose()
    {
        _database.Dispose();
        _signatures.Dispose();
    }

    private NpgsqlParameter[]? Verify(IHeaderDictionary headers, ReadOnlySequence<byte> body)
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
            Value(WebhookEventId.Create(timestamp, hash).ToByteArray()),
            Value(json.RootElement.GetProperty("nodeId").GetString()!),
            Value(json.RootElement.GetProperty("eventType").GetString()!),
            Value(json.RootElement.GetProperty("details").GetProperty("status").GetString()!),
            Value(sent),
            Value(timestamp.ToUnixTimeMilliseconds()),
            Value(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()),
            Value(bytes),
            Value(signature),
            Value(Key),
        ];
    }

    private async Task StoreAsync(NpgsqlParameter[] row)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand(Insert, connection);
        insert.Parameters.AddRange(row);
        await insert.ExecuteNonQueryAsync();
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };
}
