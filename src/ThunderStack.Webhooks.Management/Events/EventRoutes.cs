using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Management.Routing;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.Signatures;

namespace ThunderStack.Webhooks.Management.Events;

/// <summary>The events.</summary>
internal sealed class EventRoutes(IInboxAdministration inbox, NodeDirectory nodes, EventViews views) : IManagementFeature
{
    private const string Path = "/api/v1/events";
    private const string Bytes = "application/octet-stream";

    public void Map(ManagementRoutes routes)
    {
        routes.Map(
            ManagementRoute.Get<ListView<EventView>>(Path, "Events without their bodies, the newest first.") with { Query = [.. EventQuery.Parameters, .. Paging.Parameters] },
            ListAsync);
        routes.Map(ManagementRoute.Get<EventDetailView>($"{Path}/{{eventId}}", "One event, with its body and what became of it."), FindAsync);
        routes.Map(
            ManagementRoute.Get<string>($"{Path}/{{eventId}}/body", "The exact bytes of an event's body.") with { Answer = null, ContentType = Bytes }, SendBodyAsync);
        routes.Map(
            new ManagementRoute(HttpMethods.Post, $"{Path}/{{eventId}}/verify", ManagementRole.Read, "Checks the stored signature again, with the stored key.")
            {
                Answer = typeof(VerificationView),
            },
            VerifyAsync);
    }

    private async Task ListAsync(ManagementCall call)
    {
        var page = await inbox.PageAsync(EventQuery.Read(call, nodes) with { Limit = call.Limit() }, call.Text("cursor"), call.Cancelled);
        await call.AnswerAsync(new ListView<EventView>([.. page.Items.Select(views.Of)], page.Next));
    }

    private async Task<InboxEntry> EntryAsync(ManagementCall call) => await inbox.FindAsync(call.EventId, call.Cancelled)
        ?? throw ManagementException.NotFound("There is no such event.");

    private async Task FindAsync(ManagementCall call)
    {
        var entry = await EntryAsync(call);
        var failed = (await inbox.ListFailedAttemptsAsync(entry.Id, call.Cancelled)).ToLookup(attempt => attempt.Handler, StringComparer.Ordinal);
        var deliveries = await inbox.ListDeliveriesAsync(entry.Id, call.Cancelled);
        await call.AnswerAsync(EventDetailView.Of(views.Of(entry), entry, deliveries.Select(delivery => new EventDeliveryView(
            delivery.Handler, delivery.State, delivery.Attempts, delivery.At.UtcDateTime, delivery.DueAt?.UtcDateTime, delivery.ErrorCode, delivery.Error,
            [.. failed[delivery.Handler].Select(FailedAttemptView.Of)]))));
    }

    private async Task SendBodyAsync(ManagementCall call)
    {
        var entry = await EntryAsync(call);
        if (entry.Body.IsEmpty)
        {
            throw ManagementException.NotFound("Retention has removed the body of this event.");
        }

        var response = call.Context.Response;
        response.ContentType = Bytes;
        response.Headers.ContentDisposition = $"attachment; filename=\"{entry.Id}.json\"";
        response.ContentLength = entry.Body.Length;
        await response.Body.WriteAsync(entry.Body, call.Cancelled);
    }

    private async Task VerifyAsync(ManagementCall call)
    {
        var entry = await EntryAsync(call);
        await call.AnswerAsync(await VerifyAsync(entry, call.Cancelled));
    }

    private async Task<VerificationView> VerifyAsync(InboxEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Source != EventSource.Webhook || entry.Key is not { } fingerprint)
        {
            return new VerificationView(false, null, "Nobody has signed this event: it was not sent by ThunderStack.");
        }

        if (entry.Body.IsEmpty)
        {
            return new VerificationView(false, fingerprint.Value, "Retention has removed the body and the signature.");
        }

        if (!(await inbox.ListKeysAsync(cancellationToken)).TryGetValue(fingerprint, out var stored))
        {
            return new VerificationView(false, fingerprint.Value, "The key that verified it is not stored.");
        }

        var judged = PublicKeyPolicy.ParseDer(stored);
        if (!judged.IsAdmitted || judged.Key.Fingerprint != fingerprint)
        {
            return new VerificationView(false, fingerprint.Value, "The stored key is not the one that verified it.");
        }

        var verdict = SignatureVerifier.Verify(entry.Body.Span, entry.Signature.Span, judged.Key);
        return verdict.Kind != SignatureVerdictKind.Authentic ? new VerificationView(false, fingerprint.Value, "The signature does not match the body: one of them was changed.")
            : EventId.Create(entry.Timestamp, verdict.BodyHash.Span) != entry.Id ? new VerificationView(false, fingerprint.Value, "The body is that of another event: its id does not follow from it.")
            : new VerificationView(true, fingerprint.Value, "The key made this signature over this body.");
    }
}
