using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>Who learns first that an event is stored.</summary>
public sealed class PublishOrderTests
{
    [Fact]
    public async Task Event_can_be_claimed_by_the_time_its_sender_is_answered()
    {
        var token = TestContext.Current.CancellationToken;
        await using var store = await TestSqliteInbox.OpenAsync();
        await store.Inbox.RegisterHandlersAsync(["log"], DeliveryOrdering.PerNode, token);

        // Often: in the wrong order the answer only mostly comes too early.
        for (var i = 0; i < 300; i++)
        {
            await store.Inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, token);
            var claim = store.Inbox.ClaimAsync("log", 1, token);
            claim.IsCompletedSuccessfully.Should().BeTrue();
            await store.Inbox.SettleAsync((await claim)[0], new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon), token);
        }
    }
}
