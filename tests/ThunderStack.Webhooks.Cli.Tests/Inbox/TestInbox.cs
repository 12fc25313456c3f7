using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Cli.Tests.Inbox;

/// <summary>An SQLite inbox on disk with signed events in it, closed unless a test opens it.</summary>
internal sealed class TestInbox : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public string Path => _directory.File("inbox.db");

    /// <summary>The key that <see cref="SignedDelivery.Valid"/> is signed with.</summary>
    public static WebhookPublicKey Key { get; } = PublicKeyPolicy.Parse(TestKey.Default.PublicKeyPem).Key!;

    /// <summary>That of <see cref="TestKey.Other"/>.</summary>
    public static WebhookPublicKey OtherKey { get; } = PublicKeyPolicy.Parse(TestKey.Other.PublicKeyPem).Key!;

    public string File(string name) => _directory.File(name);

    public void Dispose() => _directory.Dispose();

    /// <summary>Opens it as a receiver does.</summary>
    public async Task<SqliteInbox> OpenAsync()
    {
        var inbox = new SqliteInbox(
            Options.Create(new InboxOptions { ConnectionString = $"Data Source={Path}" }),
            Options.Create(new SqliteInboxOptions()),
            TimeProvider.System,
            NullLogger<SqliteInbox>.Instance);
        await inbox.OpenAsync(TestContext.Current.CancellationToken);
        return inbox;
    }

    /// <summary>Stores these, as a receiver would, and closes it again.</summary>
    public async Task<IReadOnlyList<InboxEntry>> StoreAsync(params IEnumerable<SignedDelivery> deliveries)
    {
        await using var inbox = await OpenAsync();
        var entries = new List<InboxEntry>();
        foreach (var delivery in deliveries)
        {
            entries.Add(await StoreAsync(inbox, delivery));
        }

        return entries;
    }

    public static async Task<InboxEntry> StoreAsync(IInbox inbox, SignedDelivery delivery)
    {
        var key = PublicKeyPolicy.Parse(delivery.Key.PublicKeyPem).Key!;
        var payload = EventPayloadReader.Read(delivery.Body).Payload!;
        var entry = new InboxEntry
        {
            Id = WebhookEventId.Create(payload.Timestamp, SHA256.HashData(delivery.Body)),
            NodeId = payload.NodeId,
            EventType = payload.EventType,
            Status = payload.Status,
            TimestampText = payload.TimestampText,
            Timestamp = payload.Timestamp,
            ReceivedAt = TestEntry.Noon,
            Body = delivery.Body,
            Signature = Convert.FromBase64String(delivery.Signature!),
            Key = key.Fingerprint,
        };
        (await inbox.AppendAsync(entry, key, TestContext.Current.CancellationToken)).Outcome.Should().Be(AppendOutcome.Stored);
        return entry;
    }

    /// <summary>Stores many, which then share commits.</summary>
    public static Task StoreAllAsync(IInbox inbox, IReadOnlyList<SignedDelivery> deliveries) =>
        Task.WhenAll(deliveries.Select(delivery => StoreAsync(inbox, delivery)));

    /// <summary>Lets a handler fail every event for good, so that they are dead letters.</summary>
    public async Task KillAllAsync(string handler, params IEnumerable<SignedDelivery> deliveries)
    {
        await using var inbox = await OpenAsync();
        await inbox.RegisterHandlersAsync([handler], DeliveryOrdering.PerNode, TestContext.Current.CancellationToken);
        foreach (var delivery in deliveries)
        {
            await StoreAsync(inbox, delivery);
            var claimed = (await inbox.ClaimAsync(handler, 1, TestContext.Current.CancellationToken)).Single();
            await inbox.SettleAsync(
                claimed, new Settlement(DeliveryOutcome.DeadLettered, TestEntry.Noon, Error: "it was refused"), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Changes the file behind everybody's back.</summary>
    public void Tamper(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery().Should().BePositive();
    }
}
