using FluentAssertions;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Stores;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>What a store knows after a SIGKILL. Every store that runs in production derives from it; one that only lives in memory cannot.</summary>
public abstract class CrashContractTests : InboxContractTests
{
    private ICookieKeyStore Keys => Store.Inbox;

    [Fact]
    public async Task Crash_HandsOutEverythingThatWasNotSettledInOrder()
    {
        await RegisterAsync(Handler, OtherHandler);
        var entries = TestEntry.CreateMany(50);
        await StoreAsync(entries);
        await HandleAsync(20);
        await StateOfAsync(entries[0].Id);

        await CrashAsync();
        await RegisterAsync(Handler, OtherHandler);

        // A result that was not on disk yet is handled again, but nothing is left out.
        var next = await ClaimAsync();
        var from = Array.FindIndex(entries, entry => entry.Id == next.Entry.Id);
        from.Should().BeInRange(0, 20);
        await SucceedAsync(next);
        IdsOf(await HandleAsync(entries.Length - from - 1)).Should().Equal(IdsOf(entries[(from + 1)..]));
        IdsOf(await HandleAsync(entries.Length, OtherHandler)).Should().Equal(IdsOf(entries));
    }

    [Fact]
    public async Task Crash_KeepsEveryStoredEventAndItsDuplicates()
    {
        var entries = TestEntry.CreateMany(200);
        await StoreManyAsync(entries);

        await CrashAsync();

        foreach (var entry in entries)
        {
            (await AppendAsync(entry)).Should().Be(AppendOutcome.Duplicate);
        }
    }

    [Fact]
    public async Task Begun_IsNotBegunAgain_AlsoAfterACrash()
    {
        await Store.Inbox.BeginAsync(ActionContractTests.Of("trigger"), Token);
        await CrashAsync();

        var own = await Store.Inbox.BeginAsync(ActionContractTests.Of("trigger"), Token);
        var other = await Store.Inbox.BeginAsync(ActionContractTests.Of("another"), Token);

        own.Verdict.Should().Be(ActionVerdict.Running);
        own.Action!.Number.Should().Be(1);
        other.Verdict.Should().Be(ActionVerdict.Busy);
        (await Store.Inbox.BeginAsync(ActionContractTests.Of("another") with { NodeId = new NodeId("node-b") }, Token)).Verdict.Should().Be(ActionVerdict.Begun, "it is another node");
    }

    [Fact]
    public async Task Save_Keys_AreLoadedByNameAfterACrash()
    {
        await Keys.SaveAsync(CookieKeyStoreContractTests.Second, Token);
        await Keys.SaveAsync(CookieKeyStoreContractTests.First, Token);
        await CrashAsync();

        (await Keys.LoadAsync(Token)).Should().Equal(CookieKeyStoreContractTests.First, CookieKeyStoreContractTests.Second);
    }
}
