using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>
/// What the server's clock does to waits when it is set back: it is the same, for them, as their instants moving on.
/// </summary>
public sealed class ServerClockTests
{
    private const string Handler = "only";

    private static readonly InboxLimits Limits = TestPostgreSqlInbox.QuickLimits with { Repair = TimeSpan.FromMilliseconds(200) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(48)]
    [InlineData(100_000)]
    public async Task Retry_waits_no_longer_than_its_own_delay_after_the_clock_was_set_back(int hours)
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync(limits: Limits);
        var delivery = await StoreAndClaimAsync(store);
        await store.Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Retry, TestEntry.Noon, TimeSpan.FromSeconds(1)), Token);

        await TestPostgreSql.ExecuteAsync(store.ConnectionString, $"UPDATE {store.Schema}.deliveries SET due_at = due_at + {hours * 3_600_000L}");

        (await ClaimAsync(store)).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task Lane_of_a_receiver_that_is_gone_is_free_after_its_lease_although_the_clock_was_set_back()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync(limits: Limits);
        await StoreAndClaimAsync(store);
        await TestPostgreSql.ExecuteAsync(store.ConnectionString, $"UPDATE {store.Schema}.lanes SET lease_until = lease_until + 172800000");

        (await ClaimAsync(store)).Attempt.Should().Be(1);
    }

    private static async Task<Delivery> StoreAndClaimAsync(TestPostgreSqlInbox store)
    {
        await store.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        await store.Inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);
        return await ClaimAsync(store);
    }

    private static async Task<Delivery> ClaimAsync(TestPostgreSqlInbox store) =>
        (await store.Inbox.ClaimAsync(Handler, 1, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token)).Single();
}
