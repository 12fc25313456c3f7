using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Keys;

namespace ThunderStack.Webhooks.Tests.Keys;

public sealed class PublicKeyRefresherTests
{
    private static readonly TestKey First = TestKey.Default;
    private static readonly TestKey Second = TestKey.Other;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_start_does_not_wait_for_the_cloud()
    {
        var source = new ScriptedKeySource(First);
        source.Hold();

        await using var host = await KeyHost.StartAsync(store: null, source);

        host.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Unhealthy);
        source.Release();
        await host.NextFetchAsync();
        host.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Healthy);
    }

    [Fact]
    public async Task A_restart_while_the_cloud_is_down_verifies_with_the_kept_key()
    {
        var store = new MemoryKeyStore();
        await using var cloud = await PublicKeyServer.StartAsync(First);
        await using (await KeyHost.StartAsync(cloud.BaseAddress, store))
        {
            await store.NextSaveAsync();
        }

        cloud.ServeNothing();
        await using var host = await KeyHost.StartAsync(cloud.BaseAddress, store);
        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Authentic);
        host.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Degraded, "nobody has confirmed the key since");
        (await host.NextFetchAsync()).Outcome.Should().Be(PublicKeyFetchOutcome.Failed);
        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Authentic);
        (await host.SendAsync(SignedDelivery.Valid().SignedBy(Second))).Should().Be(SignatureVerdictKind.Undecided);
        host.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Degraded);
        host.Logs.At(LogLevel.Information).Should().ContainSingle(line => line.Contains("kept public key"));
    }

    [Fact]
    public async Task A_kept_key_of_another_base_address_is_not_trusted()
    {
        var store = new MemoryKeyStore();
        await using var cloud = await PublicKeyServer.StartAsync(First);
        await using (await KeyHost.StartAsync(cloud.BaseAddress, store))
        {
            await store.NextSaveAsync();
        }

        await using var host = await KeyHost.StartAsync(PublicKeyServer.DeadAddress(), store);

        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Undecided);
        host.Ring.Keys.Should().BeEmpty();
    }

    [Fact]
    public async Task The_name_of_the_source_does_not_depend_on_how_its_address_is_written()
    {
        var store = new MemoryKeyStore();
        await using var cloud = await PublicKeyServer.StartAsync(First);

        await using var host = await KeyHost.StartAsync(cloud.BaseAddress.ToUpperInvariant() + "/", store);
        await store.NextSaveAsync();

        store.Kept.Keys.Should().Equal(cloud.BaseAddress);
    }

    [Fact]
    public async Task A_kept_previous_key_serves_for_the_rest_of_its_grace()
    {
        var clock = new ObservableClock();
        var now = clock.GetUtcNow();
        var third = TestKey.Create();
        var store = new MemoryKeyStore
        {
            Kept =
            {
                ["https://cloud.example"] =
                [
                    Stored(First, null),
                    Stored(Second, now - TimeSpan.FromMinutes(59)),
                    Stored(third, now - TimeSpan.FromMinutes(61)),
                ],
            },
        };
        await using var host = await KeyHost.StartAsync(store, new ScriptedKeySource(First));
        await host.NextFetchAsync();

        host.Ring.Keys.Select(key => key.ToPem()).Should().Equal(First.PublicKeyPem, Second.PublicKeyPem);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        host.Ring.Keys.Should().HaveCount(1);
    }

    [Fact]
    public async Task All_kept_previous_keys_serve_and_none_longer_because_a_clock_was_ahead()
    {
        var now = new ObservableClock().GetUtcNow();
        var third = TestKey.Create();
        var store = new MemoryKeyStore
        {
            Kept =
            {
                ["https://cloud.example"] =
                [
                    Stored(First, null),
                    Stored(Second, now - TimeSpan.FromMinutes(10)),
                    Stored(third, now + TimeSpan.FromDays(1)),
                ],
            },
        };
        await using var host = await KeyHost.StartAsync(store, new ScriptedKeySource(First));

        (await store.NextSaveAsync()).Select(key => key.RetiredAt).Should().Equal(null, now - TimeSpan.FromMinutes(10), now);
        host.Ring.Keys.Select(key => key.ToPem()).Should().Equal(First.PublicKeyPem, Second.PublicKeyPem, third.PublicKeyPem);
        host.Clock.Advance(TimeSpan.FromMinutes(50));
        host.Ring.Keys.Select(key => key.ToPem()).Should().Equal(First.PublicKeyPem, third.PublicKeyPem);
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        host.Ring.Keys.Select(key => key.ToPem()).Should().Equal(First.PublicKeyPem);
    }

    [Fact]
    public async Task The_start_waits_for_the_kept_key()
    {
        var opened = new TaskCompletionSource();
        var (ring, _, refresher) = RefresherOf(opened.Task);
        using (refresher)
        {
            var starting = refresher.StartAsync(Token);
            starting.IsCompleted.Should().BeFalse("a webhook that comes now could not be verified");

            opened.SetResult();

            await starting;
            ring.Keys.Select(key => key.ToPem()).Should().Equal(First.PublicKeyPem);
            await refresher.StopAsync(Token);
        }
    }

    [Fact]
    public async Task A_store_that_opens_later_than_the_start_waits_for_still_gives_its_kept_key()
    {
        var opened = new TaskCompletionSource();
        var (ring, clock, refresher) = RefresherOf(opened.Task);
        using (refresher)
        {
            var starting = refresher.StartAsync(Token);
            clock.Advance(TimeSpan.FromSeconds(5));
            await starting;

            opened.SetResult();

            await Testing.Eventually.TrueAsync(() => ring.Keys.Count == 1);
            await refresher.StopAsync(Token);
        }
    }

    [Fact]
    public async Task A_kept_key_that_the_policy_refuses_is_not_used()
    {
        var weak = new byte[256];
        weak[0] = 0x80;
        weak[^1] = 1;
        using var rsa = RSA.Create(new RSAParameters { Modulus = weak, Exponent = [3] });
        var store = new MemoryKeyStore
        {
            Kept = { ["https://cloud.example"] = [new(rsa.ExportSubjectPublicKeyInfo(), DateTimeOffset.UnixEpoch, null)] },
        };
        var source = new ScriptedKeySource(First);
        source.Hold();

        await using var host = await KeyHost.StartAsync(store, source);

        host.Ring.Keys.Should().BeEmpty();
        host.Logs.At(LogLevel.Warning).Should().ContainSingle(line => line.Contains(nameof(PublicKeyRefusal.BadExponent)));
        source.Release();
    }

    [Fact]
    public async Task A_key_is_kept_when_it_changes_and_mere_confirmations_once_a_minute()
    {
        var store = new MemoryKeyStore();
        var source = new ScriptedKeySource(First);
        await using var host = await KeyHost.StartAsync(store, source);
        (await store.NextSaveAsync()).Should().HaveCount(1);

        await host.Ring.RefreshAsync(Token); // too soon to be worth a write
        source.Serve(Second);
        await host.Ring.RefreshAsync(Token);
        var rotated = await store.NextSaveAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(61));
        await host.Ring.RefreshAsync(Token);
        var confirmed = await store.NextSaveAsync();

        store.Saves.Should().Be(3);
        rotated.Select(key => key.RetiredAt).Should().Equal(null, host.Clock.GetUtcNow() - TimeSpan.FromSeconds(61));
        rotated[0].SubjectPublicKeyInfo.ToArray().Should().Equal(Spki(Second));
        confirmed[0].ConfirmedAt.Should().Be(host.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_store_that_fails_is_a_warning_and_is_tried_again()
    {
        var store = new MemoryKeyStore { IsBroken = true };
        await using var host = await KeyHost.StartAsync(store, new ScriptedKeySource(First));
        await host.NextFetchAsync();
        TimeSpan[] waits = [await host.Clock.NextWaitAsync(), await host.Clock.NextWaitAsync()];

        waits.Should().Contain(TimeSpan.FromMinutes(1));
        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Authentic);
        host.Logs.At(LogLevel.Warning).Should().HaveCount(2, "neither loading nor saving worked");
        store.IsBroken = false;
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        (await store.NextSaveAsync()).Should().HaveCount(1);
    }

    [Fact]
    public async Task Failures_back_off_from_one_second_to_a_minute_and_success_returns_to_the_interval()
    {
        var (clock, source, refresher) = Refresher();
        using (refresher)
        {
            source.Fail();
            await refresher.StartAsync(Token);
            foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 54, 54 })
            {
                await source.WaitUntilAskedAsync();
                var wait = await clock.NextWaitAsync();
                wait.Should().BeCloseTo(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds) / 10);
                clock.Advance(wait);
            }

            await source.WaitUntilAskedAsync();
            var last = await clock.NextWaitAsync();
            source.Serve(First);
            clock.Advance(last);

            (await clock.NextWaitAsync()).Should().BeCloseTo(TimeSpan.FromHours(1), TimeSpan.FromMinutes(6));
            await refresher.StopAsync(Token);
        }
    }

    private static (ObservableClock Clock, ScriptedKeySource Source, PublicKeyRefresher Refresher) Refresher()
    {
        var clock = new ObservableClock();
        var source = new ScriptedKeySource(First);
        var options = new PublicKeyOptions();
        var ring = new PublicKeyRing([], source, options, clock);
        var logger = NullLogger<PublicKeyRefresher>.Instance;
        return (clock, source, new PublicKeyRefresher(ring, source, store: null, options, clock, logger));
    }

    /// <summary>A refresher whose cloud is down and whose store has a key, once it is open.</summary>
    private static (PublicKeyRing Ring, ObservableClock Clock, PublicKeyRefresher Refresher) RefresherOf(Task opened)
    {
        var clock = new ObservableClock();
        var source = new ScriptedKeySource(First);
        source.Fail();
        var store = new MemoryKeyStore { Opened = opened, Kept = { [source.Name] = [Stored(First, null)] } };
        var options = new PublicKeyOptions();
        var ring = new PublicKeyRing([], source, options, clock);
        return (ring, clock, new PublicKeyRefresher(ring, source, store, options, clock, NullLogger<PublicKeyRefresher>.Instance));
    }

    private static StoredPublicKey Stored(TestKey key, DateTimeOffset? retiredAt) => new(Spki(key), DateTimeOffset.UnixEpoch, retiredAt);

    private static byte[] Spki(TestKey key) => PublicKeyPolicy.Parse(key.PublicKeyPem).Key!.SubjectPublicKeyInfo.ToArray();
}
