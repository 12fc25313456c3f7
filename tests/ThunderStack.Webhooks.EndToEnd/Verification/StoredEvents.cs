using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Npgsql;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Verification;

/// <summary>What an inbox holds, read from its tables once nobody writes to them any more.</summary>
internal sealed class StoredEvents
{
    private readonly Dictionary<string, List<long>> _numbers = [];
    private readonly List<string> _damage = [];

    private StoredEvents()
    {
    }

    /// <summary>How many events there are.</summary>
    public long Count => _numbers.Values.Sum(numbers => (long)numbers.Count);

    /// <summary>The events in the order in which they were stored, by node.</summary>
    public IEnumerable<NumberedEvent> Events =>
        _numbers.SelectMany(node => node.Value.Select(number => new NumberedEvent(node.Key, number)));

    public static StoredEvents Read(string database)
    {
        var stored = new StoredEvents();
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        stored.CheckIntegrity(connection);
        stored.ReadEvents(connection, "events");
        return stored;
    }

    public static StoredEvents ReadPostgreSql(string connectionString)
    {
        var stored = new StoredEvents();
        // One from the pool may lead to a server that has been killed since.
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        connection.Open();
        stored.ReadEvents(connection, "thunderstack.events");
        return stored;
    }

    /// <summary>
    /// Everything acknowledged is there, once, in order, as it was signed. Beyond it there is at most the one event a node
    /// whose answer did not arrive.
    /// </summary>
    public void ShouldHold(Load load)
    {
        _damage.Should().BeEmpty();
        foreach (var node in load.Nodes)
        {
            var numbers = _numbers.GetValueOrDefault(node, []);
            var acknowledged = load.Acknowledged.GetValueOrDefault(node);
            numbers.Should().Equal(
                Enumerable.Range(1, numbers.Count).Select(number => (long)number), "{0}'s events are stored once and in order", node);
            ((long)numbers.Count).Should().BeInRange(
                acknowledged, acknowledged + 1, "{0} was answered 200 up to number {1}", node, acknowledged);
        }
    }

    /// <summary>How many events were acknowledged and are not there.</summary>
    public long CountLost(Load load) => load.Nodes.Sum(node =>
        Enumerable.Range(1, (int)load.Acknowledged.GetValueOrDefault(node))
            .Select(number => (long)number)
            .Except(_numbers.GetValueOrDefault(node, []))
            .LongCount());

    private void CheckIntegrity(SqliteConnection connection)
    {
        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        if (check.ExecuteScalar() is var result && result is not "ok")
        {
            _damage.Add($"integrity_check: {result}");
        }
    }

    private void ReadEvents(DbConnection connection, string table)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(TestKey.Default.PublicKeyPem);
        using var select = connection.CreateCommand();
        select.CommandText = $"SELECT id, occurred_at, body, signature FROM {table} WHERE source = 0 ORDER BY seq";
        using var row = select.ExecuteReader();
        while (row.Read())
        {
            var body = row.GetFieldValue<byte[]>(2);
            var read = NumberedEvent.Read(body);
            if (!_numbers.TryGetValue(read.Node, out var numbers))
            {
                _numbers.Add(read.Node, numbers = []);
            }

            numbers.Add(read.Number);

            var id = WebhookEventId.Create(DateTimeOffset.UnixEpoch.AddMicroseconds(row.GetInt64(1)), SHA256.HashData(body));
            if (id != new WebhookEventId(row.GetFieldValue<byte[]>(0)))
            {
                _damage.Add($"{read} is stored under an id that is not its own");
            }

            if (!rsa.VerifyData(body, row.GetFieldValue<byte[]>(3), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            {
                _damage.Add($"{read} is stored with a signature that does not verify");
            }
        }
    }
}
