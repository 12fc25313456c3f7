using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Keys;

/// <summary>
/// Forged and authentic deliveries at the same time, while the cloud changes its key again and again and sometimes fails. What
/// is undecided is sent again, as a sender does after a 503.
/// </summary>
public sealed class MixedTrafficTests
{
    private const int Rotations = 100;
    private static readonly PublicKeyOptions Options = new() { PreviousKeyGrace = TimeSpan.FromMinutes(2) };

    [Fact]
    public async Task A_hundred_rotations_under_mixed_traffic_never_make_an_authentic_event_forged()
    {
        var random = new Random(1618);
        var clock = new FakeTimeProvider();
        var cloud = new RotatingCloud();
        using var ring = new PublicKeyRing([], cloud, Options, clock);
        var traffic = new Traffic(new SignatureVerifier(ring));
        var causedByForgery = new ConcurrentQueue<DateTimeOffset>();
        ring.Fetched += (fetch, _, _) =>
        {
            // The clock only moves between batches, so this is also when the fetch began.
            if (fetch.Mismatch is { } mismatch && traffic.IsForged(mismatch.Signature))
            {
                causedByForgery.Enqueue(clock.GetUtcNow());
            }
        };

        await ring.RefreshAsync(TestContext.Current.CancellationToken);
        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            // Some traffic before the rotation, some after it, all of it concurrent; and now and then an answer from before the
            // rotation that arrives after it.
            var previous = cloud.Current;
            var stale = random.Next(3) == 0 ? await cloud.HoldAsync(() => ring.RefreshAsync(TestContext.Current.CancellationToken)) : null;
            var batch = traffic.Send(previous, authentic: 6, forged: random.Next(6));
            cloud.Rotate();
            batch =
            [
                .. batch,
                .. traffic.Send(cloud.Current, authentic: 6, forged: random.Next(6)),
                .. traffic.Send(previous, authentic: 2, forged: 0),
            ];
            if (random.Next(8) == 0)
            {
                batch = [.. batch, ring.RefreshAsync(TestContext.Current.CancellationToken)];
            }

            stale?.SetResult();
            await Task.WhenAll(batch);

            // The sender tries again until each of them has arrived; only then the cloud may drop the key for another.
            for (var round = 0; traffic.TakeUndecided() is { Count: > 0 } undecided; round++)
            {
                round.Should().BeLessThan(100, "an authentic event must get through in the end");
                clock.Advance(TimeSpan.FromSeconds(random.Next(1, 21)));
                await Task.WhenAll([.. traffic.Send(cloud.Current, authentic: 0, forged: random.Next(4)), .. traffic.SendAgain(undecided)]);
            }

            clock.Advance(TimeSpan.FromSeconds(random.Next(20, 60)));
        }

        traffic.AuthenticJudgedForged.Should().Be(0);
        traffic.ForgedJudgedAuthentic.Should().Be(0);
        traffic.Authentic.Should().Be(Rotations * 14);
        traffic.Undecided.Should().BePositive("otherwise the floor was never in the way and this tested nothing");
        traffic.Forged.Should().BePositive();
        causedByForgery.Count.Should().BeGreaterThan(10);
        causedByForgery.Zip(causedByForgery.Skip(1), (earlier, later) => later - earlier)
            .Should().OnlyContain(gap => gap >= Options.RefetchFloor, "forgeries may cause one fetch per floor");
    }

    /// <summary>Serves one of eight keys; one comes back only long after its grace.</summary>
    private sealed class RotatingCloud : IPublicKeySource
    {
        private readonly TestKey[] _keys = [.. Enumerable.Range(0, 8).AsParallel().Select(_ => TestKey.Create())];
        private volatile int _current;
        private volatile Held? _held;
        private int _asked;

        public string Name => "rotating";

        public TestKey Current => _keys[_current % _keys.Length];

        public void Rotate() => _current++;

        /// <summary>Lets this cause a fetch, and holds its answer until the returned source is completed.</summary>
        public async Task<TaskCompletionSource> HoldAsync(Action cause)
        {
            var held = new Held();
            _held = held;
            cause();
            await held.Asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            return held.Release;
        }

        public async Task<string> FetchAsync(CancellationToken cancellationToken)
        {
            // What is answered is fixed now; that it arrives a little later is what makes an answer stale.
            var asked = Interlocked.Increment(ref _asked);
            var pem = Current.PublicKeyPem;
            if (Interlocked.Exchange(ref _held, null) is { } held)
            {
                held.Asked.SetResult();
                await held.Release.Task;
                return pem;
            }

            for (var i = 0; i < asked % 7; i++)
            {
                await Task.Yield();
            }

            return asked % 9 == 0 ? throw new TimeoutException("scripted") : pem;
        }

        private sealed class Held
        {
            public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class Traffic(SignatureVerifier verifier)
    {
        private static readonly TestKey Forger = TestKey.Create();

        private readonly ConcurrentDictionary<TestKey, Delivery> _signed = new();
        private readonly Delivery _forged = Delivery.SignedBy(Forger);
        private ConcurrentQueue<Delivery> _undecided = new();
        private int _authentic;
        private int _forgedJudged;
        private int _undecidedJudged;
        private int _authenticJudgedForged;
        private int _forgedJudgedAuthentic;

        public int Authentic => _authentic;

        public int Forged => _forgedJudged;

        public int Undecided => _undecidedJudged;

        public int AuthenticJudgedForged => _authenticJudgedForged;

        public int ForgedJudgedAuthentic => _forgedJudgedAuthentic;

        public bool IsForged(byte[] signature) => ReferenceEquals(signature, _forged.Signature);

        public Task[] Send(TestKey key, int authentic, int forged)
        {
            var delivery = _signed.GetOrAdd(key, Delivery.SignedBy);
            return
            [
                .. Enumerable.Range(0, authentic + forged)
                    .Select(i => i * forged / (authentic + forged) != (i + 1) * forged / (authentic + forged))
                    .Select(isForged => Task.Run(() => SendAsync(isForged ? _forged : delivery, isForged))),
            ];
        }

        public Task[] SendAgain(ConcurrentQueue<Delivery> deliveries) =>
            [.. deliveries.Select(delivery => Task.Run(() => SendAsync(delivery, isForged: false)))];

        public ConcurrentQueue<Delivery> TakeUndecided() => Interlocked.Exchange(ref _undecided, new());

        private async Task SendAsync(Delivery delivery, bool isForged)
        {
            var verdict = await verifier.VerifyAsync(delivery.Body, delivery.Signature, CancellationToken.None);
            switch (verdict.Kind)
            {
                case SignatureVerdictKind.Authentic:
                    Interlocked.Increment(ref isForged ? ref _forgedJudgedAuthentic : ref _authentic);
                    break;
                case SignatureVerdictKind.Forged:
                    Interlocked.Increment(ref isForged ? ref _forgedJudged : ref _authenticJudgedForged);
                    break;
                default:
                    Interlocked.Increment(ref _undecidedJudged);
                    if (!isForged)
                    {
                        _undecided.Enqueue(delivery);
                    }

                    break;
            }
        }
    }

    private sealed record Delivery(byte[] Body, byte[] Signature)
    {
        public static Delivery SignedBy(TestKey key)
        {
            var delivery = SignedDelivery.Valid().SignedBy(key);
            return new(delivery.Body, Convert.FromBase64String(delivery.Signature!));
        }
    }
}
