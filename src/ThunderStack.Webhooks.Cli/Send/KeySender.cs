using System.Security.Cryptography;

namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>Signs with a key at hand, and posts.</summary>
internal sealed class KeySender(Uri url, string header, TimeSpan timeout, RSA key) : ITestSender
{
    private readonly WebhookPoster _poster = new(url, header, timeout);
    private readonly Lock _gate = new();
    private readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow();

    public async Task<IReadOnlyList<SentEvent>> SendAsync(SendPlan plan, int number, CancellationToken cancellationToken)
    {
        // A millisecond apart, so that no two events are the same.
        var status = plan.StatusOf(number);
        var body = plan.ExactBody ?? new TestEvent(plan.NodeOf(number), status, _start.AddMilliseconds(number)).ToBody();
        var signed = Sign(body);
        if (plan.Tamper)
        {
            return [await _poster.PostAsync(number, status, SentKind.Tampered, signed.Tampered(), cancellationToken)];
        }

        var original = await _poster.PostAsync(number, status, SentKind.Original, signed, cancellationToken);
        return plan.Duplicate
            ? [original, await _poster.PostAsync(number, status, SentKind.Duplicate, signed, cancellationToken)]
            : [original];
    }

    public void Dispose()
    {
        _poster.Dispose();
        key.Dispose();
    }

    private SignedBody Sign(byte[] body)
    {
        // An RSA instance is not promised to be thread-safe.
        lock (_gate)
        {
            return new SignedBody(body, Convert.ToBase64String(key.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        }
    }
}
