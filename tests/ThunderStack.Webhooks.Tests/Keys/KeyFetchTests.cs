using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Keys;

/// <summary>How requests share fetches, and what they do without a key.</summary>
public sealed class KeyFetchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_request_after_a_start_waits_for_the_key()
    {
        using var fixture = new VerifierFixture();
        fixture.Source.Hold();

        var verdict = fixture.SendAsync(SignedDelivery.Valid()).AsTask();
        await fixture.Source.WaitUntilAskedAsync();
        verdict.IsCompleted.Should().BeFalse();
        fixture.Source.Release();

        (await verdict).Kind.Should().Be(SignatureVerdictKind.Authentic);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_authentic_or_forged_and_that_is_not_remembered()
    {
        using var fixture = new VerifierFixture();
        fixture.Source.Fail();

        var verdict = await fixture.SendAsync(SignedDelivery.Valid());
        verdict.Kind.Should().Be(SignatureVerdictKind.Undecided);
        verdict.Reason.Should().Be(SignatureReasons.NoKey);
        verdict.RetryAfter.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        fixture.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Unhealthy);

        fixture.Source.Serve(TestKey.Default);
        await fixture.Ring.RefreshAsync(Token);
        (await fixture.SendAsync(SignedDelivery.Valid())).Kind.Should().Be(SignatureVerdictKind.Authentic);
        fixture.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Healthy);
    }

    [Fact]
    public async Task Without_a_key_and_with_a_source_that_hangs_a_request_waits_for_the_fetch_under_way_and_no_other()
    {
        using var fixture = new VerifierFixture();
        fixture.Source.Hold();
        var background = fixture.Ring.RefreshAsync(Token);
        await fixture.Source.WaitUntilAskedAsync();
        var verdict = fixture.SendAsync(SignedDelivery.Valid()).AsTask();

        fixture.Clock.Advance(TimeSpan.FromSeconds(5));

        await background;
        (await verdict.WaitAsync(TimeSpan.FromSeconds(30), Token)).Reason.Should().Be(SignatureReasons.NoKey);
        fixture.Source.Count.Should().Be(1);
    }

    [Fact]
    public async Task A_thundering_herd_causes_one_fetch()
    {
        using var fixture = new VerifierFixture();
        fixture.Source.Hold();

        var herd = Enumerable.Range(0, 500).Select(_ => Task.Run(() => fixture.SendAsync(SignedDelivery.Valid()).AsTask(), Token)).ToList();
        await fixture.Source.WaitUntilAskedAsync();
        fixture.Source.Release();
        var verdicts = await Task.WhenAll(herd);

        verdicts.Should().OnlyContain(verdict => verdict.Kind == SignatureVerdictKind.Authentic);
        fixture.Source.Count.Should().Be(1);
    }

    [Fact]
    public async Task Cancelling_one_request_does_not_cancel_the_fetch_of_the_others()
    {
        using var fixture = new VerifierFixture();
        fixture.Source.Hold();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var first = fixture.SendAsync(SignedDelivery.Valid(), cancellation.Token).AsTask();
        await fixture.Source.WaitUntilAskedAsync();
        var second = fixture.SendAsync(SignedDelivery.Valid()).AsTask();
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => first).Should().ThrowAsync<OperationCanceledException>();
        fixture.Source.Release();

        (await second).Kind.Should().Be(SignatureVerdictKind.Authentic);
        fixture.Source.Count.Should().Be(1);
    }

    [Fact]
    public async Task A_ring_of_pinned_keys_alone_asks_nobody()
    {
        using var ring = PublicKeyRing.Pinned();

        await FluentActions.Awaiting(() => ring.RefreshAsync(Token)).Should().ThrowAsync<InvalidOperationException>();

        ring.LastFetch.Should().BeNull();
    }

    [Fact]
    public async Task A_fetch_ends_after_five_seconds_even_when_the_source_ignores_its_token()
    {
        using var fixture = new VerifierFixture();
        var stubborn = new StubbornSource();
        using var ring = new PublicKeyRing([], stubborn, fixture.Options, fixture.Clock);

        var result = ring.RefreshAsync(Token);
        await stubborn.Asked.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        fixture.Clock.Advance(TimeSpan.FromSeconds(4.9));
        result.IsCompleted.Should().BeFalse();
        fixture.Clock.Advance(TimeSpan.FromSeconds(0.1));

        (await result).Problem.Should().Contain("within 5 s");
    }

    [Theory]
    [InlineData("", PublicKeyRefusal.Empty)]
    [InlineData("<html></html>", PublicKeyRefusal.Html)]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", PublicKeyRefusal.Certificate)]
    public async Task A_served_key_that_the_policy_refuses_changes_nothing(string text, PublicKeyRefusal refusal)
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        fixture.Source.Serve(text);

        var result = await fixture.Ring.RefreshAsync(Token);

        result.Problem.Should().Contain(refusal.ToString());
        (await fixture.SendAsync(SignedDelivery.Valid())).Kind.Should().Be(SignatureVerdictKind.Authentic);
        fixture.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Degraded);
    }

    [Fact]
    public async Task A_key_that_was_not_confirmed_for_long_is_degraded()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();

        fixture.Clock.Advance(TimeSpan.FromHours(2));
        fixture.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Healthy);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        fixture.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Degraded);
    }

    private sealed class StubbornSource : IPublicKeySource
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "stubborn";

        public Task<string> FetchAsync(CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            return new TaskCompletionSource<string>().Task;
        }
    }
}
