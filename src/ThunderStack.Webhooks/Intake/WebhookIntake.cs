using System.Diagnostics;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Intake;

/// <summary>
/// The story of one event up to its commit: verify the signature, read the payload, check the node, append. Knows nothing of
/// HTTP, so that any host can receive with it.
/// </summary>
public sealed class WebhookIntake(
    SignatureVerifier verifier, NodeDirectory nodes, IInbox inbox, WebhookMetrics metrics, TimeProvider timeProvider)
{
    // What a store that fails is given before it is asked again, unless something better is known; it heals within seconds.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private const int MaxShownNodeLength = 100;

    /// <summary>Raised by a status that is new and committed: for whoever wants to look at its node at once. Who listens must neither throw nor take time.</summary>
    public event Action? StatusStored;

    /// <summary>Receives one event.</summary>
    /// <param name="body">The exact bytes that arrived. Kept: the caller must not change them.</param>
    /// <param name="signature">The decoded signature; see <see cref="SignatureHeader"/>.</param>
    /// <param name="endpointNode">The node that the endpoint is for; <see langword="null"/> for the endpoint of all nodes.</param>
    /// <param name="cancellationToken">Gives up waiting; the event may be committed all the same.</param>
    public ValueTask<IntakeResult> ReceiveAsync(
        ReadOnlyMemory<byte> body, byte[] signature, NodeId? endpointNode, CancellationToken cancellationToken) =>
        WebhookActivitySource.IsListenedTo
            ? ReceiveTracedAsync(body, signature, endpointNode, cancellationToken)
            : ReceiveAsync(body, signature, endpointNode, activity: null, cancellationToken);

    private async ValueTask<IntakeResult> ReceiveTracedAsync(
        ReadOnlyMemory<byte> body, byte[] signature, NodeId? endpointNode, CancellationToken cancellationToken)
    {
        using var activity = WebhookActivitySource.StartReceive();
        try
        {
            var result = await ReceiveAsync(body, signature, endpointNode, activity, cancellationToken).ConfigureAwait(false);
            activity?.Tell(result);
            return result;
        }
        catch
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private async ValueTask<IntakeResult> ReceiveAsync(
        ReadOnlyMemory<byte> body, byte[] signature, NodeId? endpointNode, Activity? activity, CancellationToken cancellationToken)
    {
        var verdict = await verifier.VerifyAsync(body, signature, cancellationToken).ConfigureAwait(false);
        switch (verdict.Kind)
        {
            case SignatureVerdictKind.Forged:
                return IntakeResult.Refused(IntakeOutcome.InvalidSignature, verdict.Reason);
            case SignatureVerdictKind.Undecided:
                return IntakeResult.Unavailable(verdict.Reason, verdict.RetryAfter ?? RetryAfter);
        }

        var read = EventPayloadReader.Read(body);
        if (!read.IsValid)
        {
            return IntakeResult.Refused(IntakeOutcome.InvalidPayload, read.Problem);
        }

        var payload = read.Payload;
        activity?.Tell(payload);
        if (endpointNode is { } expected && expected != payload.NodeId)
        {
            return IntakeResult.Refused(IntakeOutcome.UnexpectedNode, $"The event is for node {Shown(payload.NodeId)}, the path for {Shown(expected)}.");
        }

        if (!nodes.Contains(payload.NodeId))
        {
            return IntakeResult.Refused(IntakeOutcome.UnexpectedNode, $"The event's node {Shown(payload.NodeId)} is not in ThunderStack:Nodes.");
        }

        var key = verdict.Key!;
        var entry = new InboxEntry
        {
            Id = WebhookEventId.Create(payload.Timestamp, verdict.BodyHash.Span),
            NodeId = payload.NodeId,
            EventType = payload.EventType,
            Status = payload.Status,
            TimestampText = payload.TimestampText,
            Timestamp = payload.Timestamp,
            ReceivedAt = ReceiptTime.Of(timeProvider.GetUtcNow()),
            Body = body,
            Signature = signature,
            Key = key.Fingerprint,
            TraceParent = activity?.Id,
        };

        var started = metrics.MeasuresAppends ? timeProvider.GetTimestamp() : 0;
        var appended = await inbox.AppendAsync(entry, key, cancellationToken).ConfigureAwait(false);
        if (started != 0)
        {
            metrics.Appended(timeProvider.GetElapsedTime(started));
        }

        if (appended.Outcome == AppendOutcome.Stored && entry.Status is not null)
        {
            StatusStored?.Invoke();
        }

        return appended.IsDurable
            ? IntakeResult.Accepted(entry.Id, appended.Outcome == AppendOutcome.Duplicate)
            : IntakeResult.Unavailable(appended.Reason ?? "The inbox did not take the event.", RetryAfter);
    }

    /// <summary>An id that the settings do not know may be of any length and hold line breaks.</summary>
    private static string Shown(NodeId node) => OneLine.Of(node.Value, MaxShownNodeLength);
}
