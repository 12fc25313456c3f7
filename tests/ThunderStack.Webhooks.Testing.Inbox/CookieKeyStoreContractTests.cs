using FluentAssertions;
using ThunderStack.Webhooks.Keys;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>The keys that protect cookies survive beside the events.</summary>
public abstract class CookieKeyStoreContractTests : InboxContractTests
{
    internal static readonly StoredCookieKey First = new("key-1", "<key id=\"1\">\r\n  <secret>ünïcode &amp; ]]&gt;</secret>\r\n</key>", TestEntry.Noon);
    internal static readonly StoredCookieKey Second = new("revocation-2", "<revocation />", TestEntry.Noon.AddMilliseconds(1));

    private ICookieKeyStore Keys => Store.Inbox;

    [Fact]
    public async Task Load_NothingSaved_IsEmpty()
    {
        (await Keys.LoadAsync(Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Save_SameName_ReplacesIt()
    {
        await Keys.SaveAsync(First, Token);
        await Keys.SaveAsync(First with { Xml = "<key />", CreatedAt = TestEntry.Noon.AddDays(1) }, Token);

        (await Keys.LoadAsync(Token)).Should().Equal(First with { Xml = "<key />", CreatedAt = TestEntry.Noon.AddDays(1) });
    }

    [Fact]
    public async Task Save_AtOnce_KeepsAll()
    {
        var keys = Enumerable.Range(10, 20).Select(i => First with { Name = $"key-{i}" }).ToList();

        await Task.WhenAll(keys.Select(key => Keys.SaveAsync(key, Token)));

        (await Keys.LoadAsync(Token)).Should().Equal(keys);
    }

    [Fact]
    public async Task Save_NameOfNoUse_IsRefused()
    {
        foreach (var name in (string[])["", new string('k', StoredCookieKey.MaxNameLength + 1)])
        {
            var save = () => Keys.SaveAsync(First with { Name = name }, Token);
            await save.Should().ThrowAsync<ArgumentException>();
        }

        await Keys.SaveAsync(First with { Name = new string('k', StoredCookieKey.MaxNameLength) }, Token);
        (await Keys.LoadAsync(Token)).Should().ContainSingle();
    }

    [Fact]
    public async Task Retention_LeavesThem()
    {
        await Keys.SaveAsync(First, Token);
        await StoreAsync(TestEntry.Create());

        await Administration.ApplyRetentionAsync(TestEntry.Noon.AddDays(400), Token);

        (await Keys.LoadAsync(Token)).Should().Equal(First);
    }
}
