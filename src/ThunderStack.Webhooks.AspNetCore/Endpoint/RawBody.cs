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
    private static readonly TimeSpan NoRoomRetryAfter = TimeSpan.FromSeconds(1);

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

    /// <summary>
    /// Reads a body once, as it came: what is verified is what is stored. The memory of a complete one stays taken from the budget.
    /// </summary>
    public static async ValueTask<RawBody> ReadAsync(HttpRequest request, int maxBytes, BodyBudget budget)
    {
        var reader = request.BodyReader;
        PartialBody? partial = null;
        try
        {
            while (true)
            {
                // Not cancelled with the request: a client may close its side as soon as it has sent everything.
                var read = await reader.ReadAsync(partial?.MadeRoom ?? CancellationToken.None);
                var buffer = read.Buffer;
                var length = (partial?.Length ?? 0) + buffer.Length;
                if (length > maxBytes)
                {
                    reader.AdvanceTo(buffer.End);
                    return TooLarge(maxBytes);
                }

                if (read.IsCompleted && partial is null)
                {
                    var bytes = budget.TryTake(length) ? buffer.ToArray() : null;
                    reader.AdvanceTo(buffer.End);
                    return bytes is null ? NoRoom : new RawBody(bytes, default);
                }

                partial ??= budget.Begin((int?)request.ContentLength ?? maxBytes);
                var isKept = partial.TryAppend(buffer);
                reader.AdvanceTo(buffer.End);
                if (!isKept)
                {
                    return NoRoom;
                }

                if (read.IsCompleted)
                {
                    return partial.Complete() is { } whole ? new RawBody(whole, default) : NoRoom;
                }
            }
        }
        catch (BadHttpRequestException exception)
        {
            return exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => TooLarge(maxBytes),

                // Nothing is wrong with the request but the way it came, and who is told 400 does not send again.
                StatusCodes.Status408RequestTimeout => TooSlow,

                // A body of a known length has no other way to be bad than to end too soon: the client is gone. An answer would
                // make Kestrel read on where nothing can be read, and tell so with a stack trace.
                _ when request.ContentLength is not null => default,
                _ => Malformed,
            };
        }
        catch (OperationCanceledException) when (partial?.MadeRoom.IsCancellationRequested == true)
        {
            return NoRoom;
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
        finally
        {
            partial?.Dispose();
        }
    }

    public static RawBody TooLarge(int maxBytes) => new(
        null, IntakeResult.Refused(IntakeOutcome.BodyTooLarge, $"The body is larger than {maxBytes} bytes."));

    private static RawBody TooSlow => new(null, IntakeResult.Unavailable("The body did not arrive in time.", SlowRetryAfter));

    private static RawBody NoRoom => new(null, IntakeResult.Unavailable("Too many bodies arrive at the same time.", NoRoomRetryAfter));

    private static RawBody Malformed => new(null, IntakeResult.Refused(IntakeOutcome.MalformedRequest, "The request body is not proper HTTP."));
}
