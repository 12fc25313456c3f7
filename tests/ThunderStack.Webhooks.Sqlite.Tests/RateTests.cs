using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>What attempts came to, asked for while the inbox is open.</summary>
public sealed class RateTests : InboxContractTests
{
    [Fact]
    public async Task An_attempt_counts_once_when_the_question_comes_as_the_counts_are_due()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(3));
        for (var attempts = 1; attempts <= 3; attempts++)
        {
            await Inbox.SettleAsync(await ClaimAsync(), new Settlement(DeliveryOutcome.Succeeded, Time.GetUtcNow()), Token);

            (await Administration.ListRatesAsync(TestEntry.Noon, Token)).Should().Equal(new HandlerRate(Handler, TestEntry.Noon, attempts, 0, 0));
        }
    }

    protected override async ValueTask<ITestInbox> CreateAsync(TimeProvider time) =>
        await TestSqliteInbox.OpenAsync(time, new InboxLimits { SaveInterval = TimeSpan.Zero });
}
