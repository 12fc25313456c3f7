using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.AspNetCore.Endpoint;

/// <summary>Turns an outcome into an answer: the one place that knows status codes and bodies.</summary>
internal static class Answer
{
    public const string ProblemContentType = "application/problem+json";
    private const string JsonContentType = "application/json";
    private const int HexLength = WebhookEventId.Size * 2;

    private static readonly byte[] SuccessStart = "{\"message\":\"Webhook event processed successfully\",\"eventId\":\""u8.ToArray();

    /// <summary>The outcome's name in metrics.</summary>
    public static string NameOf(IntakeOutcome outcome) => outcome switch
    {
        IntakeOutcome.Stored => "stored",
        IntakeOutcome.Duplicate => "duplicate",
        IntakeOutcome.InvalidSignature => "invalid_signature",
        IntakeOutcome.UnexpectedNode => "unexpected_node",
        IntakeOutcome.InvalidPayload => "invalid_payload",
        IntakeOutcome.MalformedRequest => "malformed_request",
        IntakeOutcome.MethodNotAllowed => "method_not_allowed",
        IntakeOutcome.NotFound => "not_found",
        IntakeOutcome.BodyTooLarge => "body_too_large",
        IntakeOutcome.UnsupportedEncoding => "unsupported_encoding",
        IntakeOutcome.Unavailable => "unavailable",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    /// <summary>Writes the answer to an outcome, as the README tabulates them.</summary>
    public static void Write(HttpContext context, in IntakeResult result)
    {
        switch (result.Outcome)
        {
            case IntakeOutcome.Stored:
                WriteSuccess(context.Response, result.EventId, "\"}"u8);
                break;
            case IntakeOutcome.Duplicate:
                WriteSuccess(context.Response, result.EventId, "\",\"duplicate\":true}"u8);
                break;
            case IntakeOutcome.InvalidSignature:
                WriteProblem(context.Response, StatusCodes.Status403Forbidden, "Forbidden - Invalid Signature");
                break;
            case IntakeOutcome.UnexpectedNode:
                WriteProblem(context.Response, StatusCodes.Status403Forbidden, "Forbidden - Unexpected Node");
                break;
            case IntakeOutcome.InvalidPayload:
                WriteProblem(context.Response, StatusCodes.Status400BadRequest, "Bad Request - Invalid Payload", result.Reason);
                break;
            case IntakeOutcome.MalformedRequest:
                WriteProblem(context.Response, StatusCodes.Status400BadRequest, "Bad Request", result.Reason);
                break;
            case IntakeOutcome.MethodNotAllowed:
                context.Response.Headers.Allow = HttpMethods.Post;
                WriteProblem(context.Response, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed", "Webhooks are sent with POST.");
                break;
            case IntakeOutcome.NotFound:
                WriteProblem(context.Response, StatusCodes.Status404NotFound, "Not Found");
                break;
            case IntakeOutcome.BodyTooLarge:
                WriteProblem(context.Response, StatusCodes.Status413PayloadTooLarge, "Payload Too Large", result.Reason);
                break;
            case IntakeOutcome.UnsupportedEncoding:
                WriteProblem(context.Response, StatusCodes.Status415UnsupportedMediaType, "Unsupported Content Encoding", result.Reason);
                break;
            case IntakeOutcome.Unavailable:
                context.Response.Headers[HeaderNames.RetryAfter] = Math.Max(1, (long)Math.Ceiling(result.RetryAfter.TotalSeconds)).ToString();
                WriteProblem(context.Response, StatusCodes.Status503ServiceUnavailable, "Service Unavailable - Try Again Later");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(result), result.Outcome, null);
        }
    }

    private static void WriteSuccess(HttpResponse response, WebhookEventId id, ReadOnlySpan<byte> end)
    {
        var length = SuccessStart.Length + HexLength + end.Length;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = JsonContentType;
        response.ContentLength = length;

        // Kestrel sends what was written when the request ends: no flush, no await.
        var writer = response.BodyWriter;
        var span = writer.GetSpan(length);
        SuccessStart.CopyTo(span);
        id.WriteHex(span[SuccessStart.Length..]);
        end.CopyTo(span[(SuccessStart.Length + HexLength)..]);
        writer.Advance(length);
    }

    private static void WriteProblem(HttpResponse response, int status, string message, string? detail = null)
    {
        response.StatusCode = status;
        response.ContentType = ProblemContentType;
        var body = Problem(status, message, detail);
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            var span = response.BodyWriter.GetSpan(body.Length);
            body.CopyTo(span);
            response.BodyWriter.Advance(body.Length);
        }
    }

    /// <summary>RFC 9457, with the member <c>message</c> of the vendor's example.</summary>
    private static byte[] Problem(int status, string message, string? detail)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status"u8, status);
            if (detail is not null)
            {
                json.WriteString("detail"u8, detail);
            }

            json.WriteString("message"u8, message);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
