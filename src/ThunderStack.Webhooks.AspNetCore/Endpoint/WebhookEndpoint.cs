using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.AspNetCore.Server;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Signatures;

namespace ThunderStack.Webhooks.AspNetCore.Endpoint;

/// <summary>From a request to its answer, cheapest check first.</summary>
internal sealed partial class WebhookEndpoint(
    WebhookIntake intake, SignatureVerifier verifier, BodyBudget budget, IOptions<WebhookOptions> options, RefusalLog refusals, WebhookMetrics metrics,
    TimeProvider timeProvider, ILogger<WebhookEndpoint> logger)
{
    public const string NodeIdParameter = "nodeId";

    private static readonly TimeSpan FaultRetryAfter = TimeSpan.FromSeconds(5);

    private readonly LineLimit _faultLines = new(timeProvider);
    private readonly string _signatureHeader = options.Value.SignatureHeader;
    private readonly int _maxBodyBytes = options.Value.MaxBodyBytes;

    public async Task ReceiveAsync(HttpContext context)
    {
        IntakeResult result;
        byte[]? bytes = null;
        var connection = context.Features.Get<GatedConnection>();
        try
        {
            var request = context.Request;
            if (RefuseByHeaders(request, out var signature) is { } refusal)
            {
                result = refusal;
            }
            else
            {
                connection?.BeginReceiving();
                RawBody body;
                try
                {
                    body = await RawBody.ReadAsync(request, _maxBodyBytes, budget);
                }
                finally
                {
                    connection?.EndReceiving();
                }

                bytes = body.Bytes;
                if (bytes is null)
                {
                    if (body.Refusal.Reason is null)
                    {
                        connection?.Leave();
                        context.Abort();
                        return;
                    }

                    result = body.Refusal;
                }
                else
                {
                    connection?.BeginWorking();

                    // Not the request's own token: a sender that hangs up must not undo what was begun.
                    result = await intake.ReceiveAsync(bytes, signature, EndpointNode(context), CancellationToken.None);
                }
            }
        }
        catch (Exception exception)
        {
            // Whatever it was, the event is not committed, and the sender has to hear exactly that.
            if (_faultLines.MayWrite(out var leftOut))
            {
                Log.Faulted(logger, exception, leftOut + 1);
            }

            result = IntakeResult.Unavailable("The receiver failed unexpectedly.", FaultRetryAfter);
        }
        finally
        {
            if (bytes is not null)
            {
                budget.Return(bytes.Length);
                connection?.EndWorking();
            }
        }

        await CompleteAsync(context, result);
    }

    public Task RefuseMethodAsync(HttpContext context) =>
        CompleteAsync(context, IntakeResult.Refused(IntakeOutcome.MethodNotAllowed, "The method is not POST.")).AsTask();

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
            : !verifier.IsPossible(signature.Length) ? IntakeResult.Refused(IntakeOutcome.InvalidSignature, "No key makes a signature of this length.")
            : null;
    }

    private ValueTask CompleteAsync(HttpContext context, in IntakeResult result)
    {
        Answer.Write(context, result);
        metrics.RequestAnswered(Answer.NameOf(result.Outcome));
        if (result.Outcome is IntakeOutcome.Stored or IntakeOutcome.Duplicate)
        {
            return ValueTask.CompletedTask;
        }

        refusals.Write(result, context.Connection.RemoteIpAddress);
        return GiveTurnAsync();

        // A refusal has waited for nothing. Kestrel takes up the next request of a connection without letting others have a turn, so
        // that whoever sends many at once, none of which waits, would be the only one to be answered.
        static async ValueTask GiveTurnAsync() => await Turn.ToOthers;
    }

    private static partial class Log
    {
        [LoggerMessage(510, LogLevel.Error, "Receiving a webhook failed unexpectedly; the sender was asked to try again (failures since the last line: {Count})")]
        public static partial void Faulted(ILogger logger, Exception exception, long count);
    }
}
