using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Signatures;

namespace ThunderStack.Webhooks.AspNetCore.Endpoint;

/// <summary>From a request to its answer, cheapest check first.</summary>
internal sealed partial class WebhookEndpoint(
    WebhookIntake intake, IOptions<WebhookOptions> options, RefusalLog refusals, WebhookMetrics metrics, ILogger<WebhookEndpoint> logger)
{
    public const string NodeIdParameter = "nodeId";

    private static readonly TimeSpan FaultRetryAfter = TimeSpan.FromSeconds(5);

    private readonly string _signatureHeader = options.Value.SignatureHeader;
    private readonly int _maxBodyBytes = options.Value.MaxBodyBytes;

    public async Task ReceiveAsync(HttpContext context)
    {
        IntakeResult result;
        try
        {
            var request = context.Request;
            if (RefuseByHeaders(request, out var signature) is { } refusal)
            {
                result = refusal;
            }
            else
            {
                var body = await RawBody.ReadAsync(request, _maxBodyBytes);
                if (!body.IsComplete)
                {
                    if (body.Refusal.Reason is null)
                    {
                        context.Abort();
                        return;
                    }

                    result = body.Refusal;
                }
                else
                {
                    // Not the request's own token: a sender that hangs up must not undo what was begun.
                    result = await intake.ReceiveAsync(body.Bytes, signature, EndpointNode(context), CancellationToken.None);
                }
            }
        }
        catch (Exception exception)
        {
            // Whatever it was, the event is not committed, and the sender has to hear exactly that.
            Log.Faulted(logger, exception);
            result = IntakeResult.Unavailable("The receiver failed unexpectedly.", FaultRetryAfter);
        }

        Complete(context, result);
    }

    public Task RefuseMethodAsync(HttpContext context)
    {
        Complete(context, IntakeResult.Refused(IntakeOutcome.MethodNotAllowed, $"The method is not POST."));
        return Task.CompletedTask;
    }

    private static NodeId? EndpointNode(HttpContext context) =>
        context.Request.RouteValues.TryGetValue(NodeIdParameter, out var value) && value is string nodeId ? new NodeId(nodeId) : null;

    private IntakeResult? RefuseByHeaders(HttpRequest request, out byte[] signature)
    {
        signature = [];
        if (request.ContentLength > _maxBodyBytes)
        {
            return RawBody.TooLarge(_maxBodyBytes).Refusal;
        }

        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !(encoding.Count == 1 && string.Equals(encoding[0], "identity", StringComparison.OrdinalIgnoreCase)))
        {
            return IntakeResult.Refused(IntakeOutcome.UnsupportedEncoding, "The signature is over plain bytes: send the body without Content-Encoding.");
        }

        var header = request.Headers[_signatureHeader];
        return header.Count != 1 ? IntakeResult.Refused(IntakeOutcome.InvalidSignature, header.Count == 0 ? "The signature header is missing." : "The signature header is repeated.")
            : !SignatureHeader.TryDecode(header[0], out signature) ? IntakeResult.Refused(IntakeOutcome.InvalidSignature, "The signature is not canonical base64.")
            : null;
    }

    private void Complete(HttpContext context, in IntakeResult result)
    {
        metrics.RequestAnswered(Answer.Write(context, result));
        if (result.Outcome is not (IntakeOutcome.Stored or IntakeOutcome.Duplicate))
        {
            refusals.Write(result, context.Connection.RemoteIpAddress);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(510, LogLevel.Error, "Receiving a webhook failed unexpectedly; the sender was asked to try again")]
        public static partial void Faulted(ILogger logger, Exception exception);
    }
}
