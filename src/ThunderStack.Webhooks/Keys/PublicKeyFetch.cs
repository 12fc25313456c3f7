namespace ThunderStack.Webhooks.Keys;

/// <summary>One question to the key source, shared by everyone who waits for its answer.</summary>
/// <param name="sequence">
/// Counts the fetches. A request that arrived when fetch n was the last one started learns from n + 1 what the source says
/// <em>after</em> its arrival; clocks could not tell.
/// </param>
/// <param name="mismatch">The request that caused it; <see langword="null"/> for the background's.</param>
internal sealed class PublicKeyFetch(long sequence, SignedHash? mismatch)
{
    // Asynchronous, so that a thousand waiting requests do not verify one after the other on the fetch's thread.
    private readonly TaskCompletionSource<PublicKeyFetchResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Sequence => sequence;

    public SignedHash? Mismatch => mismatch;

    /// <summary>Never faults and is never cancelled.</summary>
    public Task<PublicKeyFetchResult> Completion => _completion.Task;

    public void Complete(PublicKeyFetchResult result) => _completion.SetResult(result);
}

/// <summary>The SHA-256 of a body, and what is said to be the signature over it.</summary>
internal sealed record SignedHash(byte[] Hash, byte[] Signature);

/// <summary>What a fetch came to.</summary>
internal enum PublicKeyFetchOutcome
{
    /// <summary>The source serves a key that the policy admits.</summary>
    Succeeded,

    /// <summary>The source serves something that the policy refuses.</summary>
    Refused,

    /// <summary>The source cannot be reached, is too slow, or answers no key.</summary>
    Failed,
}

/// <summary>What it came to when the cloud was asked for its key.</summary>
/// <param name="At">When that ended.</param>
/// <param name="Key">The key that it serves; <see langword="null"/> when it served none that can be used.</param>
/// <param name="Problem">Why there is none, as part of a sentence that ends with a full stop; <see langword="null"/> when there is one.</param>
public sealed record PublicKeyFetchRecord(DateTimeOffset At, WebhookPublicKey? Key, string? Problem);

/// <summary>What a fetch came to: the key and the source's name, or the reason why there is none.</summary>
internal sealed record PublicKeyFetchResult(PublicKeyFetchOutcome Outcome, WebhookPublicKey? Key, string Source, string Reason = "");
