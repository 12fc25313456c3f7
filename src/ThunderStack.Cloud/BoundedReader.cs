using System.Buffers;

namespace ThunderStack.Cloud;

/// <summary>Reads an answer's bytes, up to a limit: what is longer is never held in memory.</summary>
internal static class BoundedReader
{
    /// <returns>All bytes, or <see langword="null"/> as soon as there turn out to be more than <paramref name="maxBytes"/>.</returns>
    public static async Task<byte[]?> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > maxBytes)
        {
            return null;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(maxBytes + 1);
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var room = buffer.AsMemory(0, maxBytes + 1);
            var length = await stream.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return length > maxBytes ? null : buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
