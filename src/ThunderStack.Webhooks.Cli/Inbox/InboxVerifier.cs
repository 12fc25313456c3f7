using ThunderStack.Webhooks.Cli.Sources;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Management.Events;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>Checks events again, one after the other, and counts.</summary>
internal sealed class InboxVerifier
{
    private const int KeptFailures = 100;
    private const int MostKeys = 10_000;

    private readonly Dictionary<KeyFingerprint, WebhookPublicKey> _known = [];
    private readonly SortedDictionary<string, long> _keys = new(StringComparer.Ordinal);
    private readonly List<InboxVerification.Failure> _failures = [];
    private long _authentic;
    private long _reconciled;
    private long _observed;
    private long _removed;
    private long _failed;

    private long Checked => _authentic + _reconciled + _observed + _removed + _failed;

    public async Task<InboxVerification> RunAsync(IAsyncEnumerable<Evidence> evidence, Progress progress, CancellationToken cancellationToken)
    {
        await foreach (var (key, entry) in evidence.WithCancellation(cancellationToken))
        {
            if (key is not null)
            {
                Learn(key);
            }

            if (entry is not null)
            {
                Check(entry);
                progress.Report(Checked);
            }
        }

        return new InboxVerification(Checked, _authentic, _reconciled, _observed, _removed, _failed, _keys, _failures);
    }

    private void Learn(ArchivedKey key)
    {
        // By the fingerprint that it has, and not by the one that it is filed under.
        if (PublicKeyPolicy.Parse(key.PublicKey) is { IsAdmitted: true, Key: var admitted })
        {
            _known[admitted.Fingerprint] = admitted;
        }

        if (_known.Count > MostKeys)
        {
            throw new CommandException(ExitCode.Failed, $"There are more than {MostKeys:N0} keys: no inbox has so many.");
        }
    }

    private void Check(InboxEntry entry)
    {
        if (entry.Source != EventSource.Webhook)
        {
            var problem = entry.Signature.IsEmpty && entry.Key is null
                ? null
                : $"it is {entry.Source.ToString().ToLowerInvariant()}, and yet has a signature or a key";
            Count(entry, problem, ref entry.Source == EventSource.Reconciled ? ref _reconciled : ref _observed);
        }
        else if (entry.Body.IsEmpty && entry.Signature.IsEmpty)
        {
            _removed++;
        }
        else if (Count(entry, StoredEventCheck.ProblemOf(entry, _known), ref _authentic))
        {
            _keys[entry.Key!.Value.Value] = _keys.GetValueOrDefault(entry.Key.Value.Value) + 1;
        }
    }

    private bool Count(InboxEntry entry, string? problem, ref long passed)
    {
        if (problem is null)
        {
            passed++;
            return true;
        }

        _failed++;
        if (_failures.Count < KeptFailures)
        {
            _failures.Add(new InboxVerification.Failure(entry.Id.ToString(), entry.ReceivedAt, problem));
        }

        return false;
    }
}
