using ThunderStack.Webhooks.Cli.Tests.Inbox;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Cli.Tests.Moving;

/// <summary>Leaves in an SQLite inbox everything that a receiver can leave there.</summary>
internal static class BusyInbox
{
    public const string KeySource = "https://cloud.example";

    private const int Nodes = 7;

    /// <summary>Fills it with so many events, their deliveries in every state, and ids that retention has left.</summary>
    public static async Task FillAsync(TestInbox file, int events, int seed)
    {
        var random = new Random(seed);
        await using var inbox = await file.OpenAsync();
        await inbox.RegisterHandlersAsync(["ops", "log"], DeliveryOrdering.PerNode, Token);
        await AppendAsync(inbox, events / 2, TestEntry.Noon, random);
        await HandleAsync(inbox, "ops", events * 2 / 5, random);
        await HandleAsync(inbox, "log", events / 3, random);

        // What is sent later, and a handler that was not there before.
        await inbox.RegisterHandlersAsync(["ops", "log", "late"], DeliveryOrdering.PerNode, Token);
        await AppendAsync(inbox, events - (events / 2), TestEntry.Noon.AddDays(1), random);
        await HandleAsync(inbox, "late", events / 5, random);
        await HandleAsync(inbox, "ops", events / 5, random);
        await inbox.DiscardAsync(new DeliveryFilter { Handler = "log", NodeId = new("node-1") }, Token);
        await inbox.ReplayAsync(new DeliveryFilter { Handler = "ops", NodeId = new("node-2") }, Token);
        await inbox.ReplayAsync(new DeliveryFilter { Handler = "late", NodeId = new("node-3"), DeadLettersOnly = false }, Token);
        await AppendAsync(inbox, 20, TestEntry.Noon.AddDays(1).AddHours(1), random);
        await inbox.ReplayAsync(new DeliveryFilter { Handler = "late", NodeId = new("node-2") }, Token);
        (await inbox.ApplyRetentionAsync(TestEntry.Noon.AddHours(1), Token)).Should().BePositive("ids without their events are to be moved too");
        await inbox.SaveAsync(
            KeySource,
            [
                new StoredPublicKey(TestEntry.Key.SubjectPublicKeyInfo, TestEntry.Noon, null),
                new StoredPublicKey(TestEntry.OtherKey.SubjectPublicKeyInfo, TestEntry.Noon, TestEntry.Noon),
            ],
            Token);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task AppendAsync(SqliteInbox inbox, int count, DateTimeOffset from, Random random)
    {
        var appends = new List<Task<AppendResult>>();
        for (var number = 0; number < count; number++)
        {
            var node = $"node-{random.Next(Nodes)}";
            var at = from.AddMilliseconds(number);
            appends.Add(random.Next(20) switch
            {
                0 => inbox.AppendAsync(TestEntry.CreateReconciled(node, "PAUSED", at), null, Token).AsTask(),
                1 => inbox.AppendAsync(TestEntry.Create(node, status: null, receivedAt: at), TestEntry.Key, Token).AsTask(),
                2 => inbox.AppendAsync(TestEntry.Create(node, "ODD\0STATUS\\\ud83d\ude00", receivedAt: at), TestEntry.Key, Token).AsTask(),
                _ => inbox.AppendAsync(TestEntry.Create(node, random.Next(2) == 0 ? "RUNNING" : "FAILED", receivedAt: at), TestEntry.Key, Token).AsTask(),
            });
            if (appends.Count == 500)
            {
                await FinishAsync();
            }
        }

        await FinishAsync();

        async Task FinishAsync()
        {
            (await Task.WhenAll(appends)).Where(result => result.Outcome != AppendOutcome.Stored).Should().BeEmpty();
            appends.Clear();
        }
    }

    private static async Task HandleAsync(SqliteInbox inbox, string handler, int count, Random random)
    {
        for (var handled = 0; handled < count;)
        {
            // At once, so that they share a commit: they are of different nodes.
            var settling = new List<Task>();
            foreach (var delivery in await inbox.ClaimAsync(handler, Math.Min(4, count - handled), Token))
            {
                handled++;
                settling.Add(inbox.SettleAsync(delivery, random.Next(20) switch
                {
                    < 14 => new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon.AddSeconds(handled)),
                    < 16 => new Settlement(DeliveryOutcome.Retry, TestEntry.Noon, TimeSpan.Zero, "it was busy"),
                    < 19 => new Settlement(DeliveryOutcome.DeadLettered, TestEntry.Noon, Error: "it was refused\0"),
                    _ => new Settlement(DeliveryOutcome.Released, TestEntry.Noon),
                }, Token).AsTask());
            }

            await Task.WhenAll(settling);
        }
    }
}
