using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.AspNetCore.Endpoint;

/// <summary>The exact bytes of a request, or why there are none.</summary>
internal readonly struct RawBody
{
    private static readonly TimeSpan SlowRetryAfter = TimeSpan.FromSeconds(5);

    private RawBody(byte[]? bytes, IntakeResult refusal)
    {
        Bytes = bytes;
        Refusal = refusal;
    }

    /// <summary>The body; <see langword="null"/> when it was refused or the client is gone.</summary>
    public byte[]? Bytes { get; }

    /// <summary>The refusal, when there is one; otherwise, without <see cref="Bytes"/>, nobody waits for an answer.</summary>
    public IntakeResult Refusal { get; }

    [MemberNotNullWhen(true, nameof(Bytes))]
    public bool IsComplete => Bytes is not null;

    /// <summary>Reads a body once, as it came: what is verified is what is stored.</summary>
    public static async ValueTask<RawBody> ReadAsync(HttpRequest request, int maxBytes)
    {
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                // Not cancelled with the request: a client may close its side as soon as it has sent everything.
                var read = await reader.ReadAsync();
                var buffer = read.Buffer;
                if (buffer.Length > maxBytes)
                {
                    reader.AdvanceTo(buffer.End);
                    return TooLarge(maxBytes);
                }

                if (read.IsCompleted)
                {
                    var bytes = buffer.ToArray();
                    reader.AdvanceTo(buffer.End);
                    return new RawBody(bytes, default);
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (BadHttpRequestException exception)
        {
            return exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => TooLarge(maxBytes),

                // Nothing is wrong with the request but the way it came, and who is told 400 does not send again.
                StatusCodes.Status408RequestTimeout => TooSlow,
                _ => Malformed,
            };
        }
        catch (Exception exception) when (exception is ConnectionResetException or ConnectionAbortedException or OperationCanceledException)
        {
            return default;
        }
        catch (IOException)
        {
            // Kestrel's way to say that a chunk size overflows.
            return Malformed;
        }
    }

    public static RawBody TooLarge(int maxBytes) => new(
        null, IntakeResult.Refused(IntakeOutcome.BodyTooLarge, $"The body is larger than {maxBytes} bytes."));

    private static RawBody TooSlow => new(null, IntakeResult.Unavailable("The body did not arrive in time.", SlowRetryAfter));

    private static RawBody Malformed => new(null, IntakeResult.Refused(IntakeOutcome.MalformedRequest, "The request body is not proper HTTP."));
}
