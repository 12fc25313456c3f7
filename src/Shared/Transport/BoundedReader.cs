using System.Buffers;

namespace ThunderStack.Cloud.Transport;

/// <summary>Reads an answer's bytes, up to a limit: what is longer is never held in memory.</summary>
internal static class BoundedReader
{
    private const int FirstBytes = 64 * 1024;

    /// <returns>All bytes, or <see langword="null"/> as soon as there turn out to be more than <paramref name="maxBytes"/>.</returns>
    public static async Task<byte[]?> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > maxBytes)
        {
            return null;
        }

        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        // One more than allowed shows that there are more; most answers fit into the first piece.
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBytes, maxBytes) + 1);
        try
        {
            for (var length = 0; ;)
            {
                var room = buffer.AsMemory(length, Math.Min(buffer.Length, maxBytes + 1) - length);
                var read = await stream.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                length += read;
                if (length > maxBytes)
                {
                    return null;
                }

                if (read < room.Length)
                {
                    return buffer[..length];
                }

                buffer = Grow(buffer, maxBytes + 1);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int most)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, most));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
