using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Keys;

public sealed class KeyConditionsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_key_that_nobody_confirms_needs_somebody_after_a_quarter_of_an_hour_until_it_is_confirmed()
    {
        var source = new ScriptedKeySource(TestKey.Default);
        source.Fail();
        using var ring = new PublicKeyRing([], source, new PublicKeyOptions(), _time);
        var conditions = new KeyConditions(ring, _time);
        await ring.RefreshAsync(TestContext.Current.CancellationToken);

        (await FindAsync(conditions)).Should().BeEmpty("it has only begun");
        _time.Advance(TimeSpan.FromMinutes(15));
        var stale = (await FindAsync(conditions)).Should().ContainSingle().Subject;
        stale.Message.Should().StartWith("No public key");
        _time.Advance(TimeSpan.FromMinutes(15));
        (await FindAsync(conditions)).Should().Equal(stale);

        source.Serve(TestKey.Default);
        await ring.RefreshAsync(TestContext.Current.CancellationToken);
        (await FindAsync(conditions)).Should().BeEmpty();
    }

    private static async Task<IReadOnlyCollection<ThunderStack.Webhooks.Conditions.Condition>> FindAsync(KeyConditions conditions) =>
        (await conditions.FindAsync([], TestContext.Current.CancellationToken))!;
}
