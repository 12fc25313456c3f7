using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Keys;

public sealed class RotationTests
{
    private static readonly TestKey First = TestKey.Default;
    private static readonly TestKey Second = TestKey.Other;
    private static readonly TestKey Forger = TestKey.Create();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_event_of_a_new_key_is_authentic_after_one_fetch()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        fixture.Source.Serve(Second);

        var verdict = await fixture.SendAsync(SignedDelivery.Valid().SignedBy(Second));

        verdict.Kind.Should().Be(SignatureVerdictKind.Authentic);
        verdict.Key!.ToPem().Should().Be(Second.PublicKeyPem);
        fixture.Source.Count.Should().Be(2);
    }

    [Fact]
    public async Task A_second_rotation_within_the_floor_is_found_at_once()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();

        foreach (var key in new[] { Second, First, Second, Forger })
        {
            fixture.Source.Serve(key);
            (await fixture.SendAsync(SignedDelivery.Valid().SignedBy(key))).Kind.Should().Be(SignatureVerdictKind.Authentic);
        }

        fixture.Source.Count.Should().Be(3, "First was still in grace when it came back, so only new keys were asked for");
    }

    [Fact]
    public async Task A_key_that_comes_back_is_the_current_one_again()
    {
        var options = new PublicKeyOptions { PreviousKeyGrace = TimeSpan.FromMinutes(1) };
        using var fixture = await VerifierFixture.WithKeyAsync(options);

        foreach (var key in new[] { Second, First })
        {
            fixture.Source.Serve(key);
            await fixture.Ring.RefreshAsync(Token);
        }

        fixture.Ring.Keys.Select(key => key.ToPem()).Should().Equal(First.PublicKeyPem, Second.PublicKeyPem);
        fixture.Clock.Advance(TimeSpan.FromHours(1));
        (await fixture.SendAsync(SignedDelivery.Valid().SignedBy(First))).Kind.Should().Be(SignatureVerdictKind.Authentic);
        (await fixture.SendAsync(SignedDelivery.Valid().SignedBy(Second))).Kind.Should().Be(SignatureVerdictKind.Forged);
    }

    [Fact]
    public async Task The_previous_key_is_accepted_during_its_grace_and_refused_after()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        fixture.Source.Serve(Second);
        await fixture.Ring.RefreshAsync(Token);
        var late = SignedDelivery.Valid().SignedBy(First);

        fixture.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        (await fixture.SendAsync(late)).Kind.Should().Be(SignatureVerdictKind.Authentic);
        fixture.Ring.Keys.Should().HaveCount(2);

        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        (await fixture.SendAsync(late)).Kind.Should().Be(SignatureVerdictKind.Forged);
        fixture.Ring.Keys.Should().HaveCount(1);
    }

    [Fact]
    public async Task Every_key_of_the_last_hour_is_accepted()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        foreach (var next in new[] { Second, TestKey.Create() })
        {
            fixture.Source.Serve(next);
            await fixture.Ring.RefreshAsync(Token);
        }

        (await fixture.SendAsync(SignedDelivery.Valid().SignedBy(First))).Kind.Should().Be(SignatureVerdictKind.Authentic);
        (await fixture.SendAsync(SignedDelivery.Valid().SignedBy(Second))).Kind.Should().Be(SignatureVerdictKind.Authentic);
    }

    [Fact]
    public async Task A_forgery_is_forged_once_the_source_was_asked_and_undecided_inside_the_floor()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        var forgery = SignedDelivery.Valid().SignedBy(Forger);

        (await fixture.SendAsync(forgery)).Kind.Should().Be(SignatureVerdictKind.Forged);
        fixture.Clock.Advance(TimeSpan.FromSeconds(12.5));
        var inside = await fixture.SendAsync(forgery);
        fixture.Clock.Advance(TimeSpan.FromSeconds(17.5));
        var after = await fixture.SendAsync(forgery);

        inside.Kind.Should().Be(SignatureVerdictKind.Undecided);
        inside.Reason.Should().Be(SignatureReasons.RefetchFloor);
        inside.RetryAfter.Should().Be(TimeSpan.FromSeconds(18), "the floor opens in 17.5 s");
        after.Kind.Should().Be(SignatureVerdictKind.Forged);
        fixture.Source.Count.Should().Be(3);
    }

    [Fact]
    public async Task An_event_of_a_new_key_inside_the_floor_is_undecided_and_authentic_when_sent_again()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        await fixture.SendAsync(SignedDelivery.Valid().SignedBy(Forger));
        fixture.Source.Serve(Second);
        var delivery = SignedDelivery.Valid().SignedBy(Second);

        var first = await fixture.SendAsync(delivery);
        fixture.Clock.Advance(first.RetryAfter!.Value);
        var second = await fixture.SendAsync(delivery);

        first.Kind.Should().Be(SignatureVerdictKind.Undecided);
        second.Kind.Should().Be(SignatureVerdictKind.Authentic);
    }

    [Fact]
    public async Task A_background_refresh_ends_the_wait_for_the_floor()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        await fixture.SendAsync(SignedDelivery.Valid().SignedBy(Forger));
        fixture.Source.Serve(Second);

        await fixture.Ring.RefreshAsync(Token);

        (await fixture.SendAsync(SignedDelivery.Valid().SignedBy(Second))).Kind.Should().Be(SignatureVerdictKind.Authentic);
    }

    [Fact]
    public async Task A_background_refresh_confirms_a_request_that_arrived_before_it_and_costs_no_floor()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        fixture.Source.Hold();
        var early = fixture.Ring.RefreshAsync(Token);
        await fixture.Source.WaitUntilAskedAsync();
        var forgery = SignedDelivery.Valid().SignedBy(Forger);

        // It joins the refresh that is under way, which proves nothing, and then asks anew, which does.
        var verdict = fixture.SendAsync(forgery).AsTask();
        fixture.Source.Release();
        await early;
        (await verdict).Kind.Should().Be(SignatureVerdictKind.Forged);
        fixture.Source.Count.Should().Be(3);

        // The floor was taken by the one fetch that the forgery caused.
        (await fixture.SendAsync(forgery)).Kind.Should().Be(SignatureVerdictKind.Undecided);
    }

    [Fact]
    public async Task A_fetch_in_flight_when_the_request_arrived_can_prove_a_match()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        fixture.Source.Serve(Second);
        fixture.Source.Hold();
        var refresh = fixture.Ring.RefreshAsync(Token);
        await fixture.Source.WaitUntilAskedAsync();

        var verdict = fixture.SendAsync(SignedDelivery.Valid().SignedBy(Second)).AsTask();
        verdict.IsCompleted.Should().BeFalse("it waits for the fetch");
        fixture.Source.Release();
        await refresh;

        (await verdict).Kind.Should().Be(SignatureVerdictKind.Authentic);
        fixture.Source.Count.Should().Be(2);
    }

    [Fact]
    public async Task A_fetch_in_flight_when_the_request_arrived_cannot_prove_a_forgery()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        await fixture.SendAsync(SignedDelivery.Valid().SignedBy(Forger)); // closes the floor
        await fixture.Source.WaitUntilAskedAsync();
        fixture.Source.Hold();
        var refresh = fixture.Ring.RefreshAsync(Token);
        await fixture.Source.WaitUntilAskedAsync(); // its answer, the old key, is fixed
        fixture.Source.Serve(Second);

        var verdict = fixture.SendAsync(SignedDelivery.Valid().SignedBy(Second)).AsTask();
        fixture.Source.Release();
        await refresh;

        (await verdict).Kind.Should().Be(SignatureVerdictKind.Undecided, "the answer may be older than the rotation");
    }

    [Fact]
    public async Task A_failed_fetch_makes_a_mismatch_undecided_not_forged()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        fixture.Source.Fail();

        var verdict = await fixture.SendAsync(SignedDelivery.Valid().SignedBy(Second));

        verdict.Kind.Should().Be(SignatureVerdictKind.Undecided);
        verdict.Reason.Should().Be(SignatureReasons.FetchFailed);
        verdict.RetryAfter.Should().Be(TimeSpan.FromSeconds(30));
        (await fixture.SendAsync(SignedDelivery.Valid())).Kind.Should().Be(SignatureVerdictKind.Authentic, "the known key still serves");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(257)]
    [InlineData(300)]
    [InlineData(1025)]
    public async Task A_signature_that_no_key_could_make_is_forged_without_a_fetch(int length)
    {
        using var fixture = await VerifierFixture.WithKeyAsync();

        var verdict = await fixture.Verifier.VerifyAsync(SignedDelivery.Valid().Body, new byte[length], Token);

        verdict.Kind.Should().Be(SignatureVerdictKind.Forged);
        verdict.Reason.Should().Be(SignatureReasons.Length);
        fixture.Source.Count.Should().Be(1);
    }

    [Theory]
    [InlineData(3072)]
    [InlineData(2056)]
    public async Task A_rotation_to_another_size_of_key_is_followed(int bits)
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        var larger = TestKey.Create(bits);
        fixture.Source.Serve(larger);
        if (bits % 1024 != 0)
        {
            await fixture.Ring.RefreshAsync(Token); // an odd size is only looked for in the background
        }

        (await fixture.SendAsync(SignedDelivery.Valid().SignedBy(larger))).Kind.Should().Be(SignatureVerdictKind.Authentic);
        (await fixture.SendAsync(SignedDelivery.Valid().SignedBy(First))).Kind.Should().Be(SignatureVerdictKind.Authentic);
    }

    [Fact]
    public async Task A_key_of_another_source_is_not_trusted_any_longer()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        fixture.Source.Name = "https://test-cloud.example";
        fixture.Source.Serve(Second);
        await fixture.Ring.RefreshAsync(Token);

        fixture.Ring.Keys.Select(key => key.ToPem()).Should().Equal(Second.PublicKeyPem);
        (await fixture.SendAsync(SignedDelivery.Valid().SignedBy(First))).Kind.Should().Be(SignatureVerdictKind.Forged);
    }
}
