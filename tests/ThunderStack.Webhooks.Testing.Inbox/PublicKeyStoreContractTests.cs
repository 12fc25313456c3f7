using FluentAssertions;
using ThunderStack.Webhooks.Keys;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>The last good keys survive beside the events.</summary>
public abstract class PublicKeyStoreContractTests : InboxContractTests
{
    private const string Source = "https://cloud.example";

    private static readonly StoredPublicKey Current = new(TestEntry.Key.SubjectPublicKeyInfo, TestEntry.Noon, null);
    private static readonly StoredPublicKey Previous =
        new(TestEntry.OtherKey.SubjectPublicKeyInfo, TestEntry.Noon.AddHours(-2), TestEntry.Noon.AddHours(-1));

    [Fact]
    public async Task Load_NothingSaved_IsEmpty()
    {
        (await Store.Inbox.LoadAsync(Source, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Save_Keys_AreLoadedInOrderAfterRestart()
    {
        await Store.Inbox.SaveAsync(Source, [Current, Previous], Token);
        await RestartAsync();

        await ShouldHoldAsync(Source, Current, Previous);
    }

    [Fact]
    public async Task Save_Again_ReplacesWhatWasKept()
    {
        await Store.Inbox.SaveAsync(Source, [Current, Previous], Token);
        await Store.Inbox.SaveAsync(Source, [Previous with { RetiredAt = null }], Token);

        await ShouldHoldAsync(Source, Previous with { RetiredAt = null });

        await Store.Inbox.SaveAsync(Source, [], Token);
        await ShouldHoldAsync(Source);
    }

    [Fact]
    public async Task Sources_AreKeptApart()
    {
        await Store.Inbox.SaveAsync(Source, [Current], Token);
        await Store.Inbox.SaveAsync("https://other.example", [Previous], Token);

        await ShouldHoldAsync(Source, Current);
        await ShouldHoldAsync("https://other.example", Previous);
        await ShouldHoldAsync("https://cloud.example/");
    }

    [Fact]
    public async Task Key_OfAnEvent_NamesTheEventAlsoWhenItWasSavedBefore()
    {
        await Store.Inbox.SaveAsync(Source, [Current], Token);
        var entry = TestEntry.Create();
        await StoreAsync(entry);
        await Store.Inbox.SaveAsync(Source, [Previous], Token);
        await RestartAsync();

        (await Administration.FindAsync(entry.Id, Token))!.Key.Should().Be(TestEntry.Key.Fingerprint);
        await ShouldHoldAsync(Source, Previous);
    }

    private async Task ShouldHoldAsync(string source, params StoredPublicKey[] keys)
    {
        var loaded = await Store.Inbox.LoadAsync(source, Token);
        loaded.Select(key => (Convert.ToHexString(key.SubjectPublicKeyInfo.Span), key.ConfirmedAt, key.RetiredAt))
            .Should().Equal(keys.Select(key => (Convert.ToHexString(key.SubjectPublicKeyInfo.Span), key.ConfirmedAt, key.RetiredAt)));
    }
}
