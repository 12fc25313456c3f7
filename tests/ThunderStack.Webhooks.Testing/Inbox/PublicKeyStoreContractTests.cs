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
        (await Store.Keys.LoadAsync(Source, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Save_Keys_AreLoadedInOrderAfterRestart()
    {
        await Store.Keys.SaveAsync(Source, [Current, Previous], Token);
        await Store.RestartAsync();

        await ShouldHoldAsync(Source, Current, Previous);
    }

    [Fact]
    public async Task Save_Again_ReplacesWhatWasKept()
    {
        await Store.Keys.SaveAsync(Source, [Current, Previous], Token);
        await Store.Keys.SaveAsync(Source, [Previous with { RetiredAt = null }], Token);

        await ShouldHoldAsync(Source, Previous with { RetiredAt = null });

        await Store.Keys.SaveAsync(Source, [], Token);
        await ShouldHoldAsync(Source);
    }

    [Fact]
    public async Task Sources_AreKeptApart()
    {
        await Store.Keys.SaveAsync(Source, [Current], Token);
        await Store.Keys.SaveAsync("https://other.example", [Previous], Token);

        await ShouldHoldAsync(Source, Current);
        await ShouldHoldAsync("https://other.example", Previous);
        await ShouldHoldAsync("https://cloud.example/");
    }

    [Fact]
    public async Task Key_OfAnEvent_NamesTheEventAlsoWhenItWasSavedBefore()
    {
        await Store.Keys.SaveAsync(Source, [Current], Token);
        var entry = TestEntry.Create();
        await StoreAsync(entry);
        await Store.Keys.SaveAsync(Source, [Previous], Token);
        await Store.RestartAsync();

        (await Administration.FindAsync(entry.Id, Token))!.Key.Should().Be(TestEntry.Key.Fingerprint);
        await ShouldHoldAsync(Source, Previous);
    }

    private async Task ShouldHoldAsync(string source, params StoredPublicKey[] keys)
    {
        var loaded = await Store.Keys.LoadAsync(source, Token);
        loaded.Select(key => (Convert.ToHexString(key.SubjectPublicKeyInfo.Span), key.ConfirmedAt, key.RetiredAt))
            .Should().Equal(keys.Select(key => (Convert.ToHexString(key.SubjectPublicKeyInfo.Span), key.ConfirmedAt, key.RetiredAt)));
    }
}
