using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ThunderStack.Webhooks.Events;

/// <summary>
/// The identity of an event: 32 bytes, shown as 64 lower-case hexadecimal digits. The first 6 bytes are the
/// event's timestamp in Unix milliseconds, big-endian; the other 26 are the start of the SHA-256 of its body.
/// </summary>
/// <remarks>
/// ThunderStack sends no delivery id. This one is a pure function of the signed bytes, so the same body has the same id
/// in every replica and at every time; it begins with the time so that a unique index grows at its end.
/// </remarks>
public readonly struct WebhookEventId : IEquatable<WebhookEventId>, IComparable<WebhookEventId>
{
    /// <summary>The size of an id in bytes.</summary>
    public const int Size = 32;

    private const int TimestampSize = 6;
    private const long MaxTimestamp = (1L << 48) - 1;

    private readonly Bytes _bytes;

    /// <summary>Reads an id from its 32 bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 32 bytes long.</exception>
    public WebhookEventId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"An event id has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        bytes.CopyTo(_bytes);
    }

    /// <summary>Derives the id of an event.</summary>
    /// <param name="timestamp">The event's own timestamp; clamped to what 48 bits hold. <see langword="null"/> counts as 0.</param>
    /// <param name="bodySha256">The SHA-256 of the exact body.</param>
    public static WebhookEventId Create(DateTimeOffset? timestamp, ReadOnlySpan<byte> bodySha256)
    {
        var milliseconds = Math.Clamp(timestamp?.ToUnixTimeMilliseconds() ?? 0, 0, MaxTimestamp);
        Span<byte> head = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(head, milliseconds);

        Span<byte> bytes = stackalloc byte[Size];
        head[(sizeof(long) - TimestampSize)..].CopyTo(bytes);
        bodySha256[..(Size - TimestampSize)].CopyTo(bytes[TimestampSize..]);
        return new WebhookEventId(bytes);
    }

    /// <summary>Reads 64 hexadecimal digits, in either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out WebhookEventId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (text?.Length == Size * 2
            && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done)
        {
            id = new WebhookEventId(bytes);
            return true;
        }

        id = default;
        return false;
    }

    /// <summary>Copies the 32 bytes to <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => Span.CopyTo(destination);

    /// <summary>Returns the 32 bytes.</summary>
    public byte[] ToByteArray() => Span.ToArray();

    /// <summary>Writes the 64 digits as ASCII; <paramref name="destination"/> must have room for them.</summary>
    public void WriteHex(Span<byte> destination) => Convert.TryToHexStringLower(Span, destination, out _);

    /// <inheritdoc/>
    public override string ToString() => Convert.ToHexStringLower(Span);

    /// <inheritdoc/>
    public bool Equals(WebhookEventId other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WebhookEventId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => MemoryMarshal.Read<int>(Span[TimestampSize..]);

    /// <summary>Compares by time, then by hash.</summary>
    public int CompareTo(WebhookEventId other) => Span.SequenceCompareTo(other.Span);

    /// <summary>Whether two ids are the same.</summary>
    public static bool operator ==(WebhookEventId left, WebhookEventId right) => left.Equals(right);

    /// <summary>Whether two ids differ.</summary>
    public static bool operator !=(WebhookEventId left, WebhookEventId right) => !left.Equals(right);

    /// <summary>Whether <paramref name="left"/> sorts before <paramref name="right"/>.</summary>
    public static bool operator <(WebhookEventId left, WebhookEventId right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> sorts after <paramref name="right"/>.</summary>
    public static bool operator >(WebhookEventId left, WebhookEventId right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not sort after <paramref name="right"/>.</summary>
    public static bool operator <=(WebhookEventId left, WebhookEventId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> does not sort before <paramref name="right"/>.</summary>
    public static bool operator >=(WebhookEventId left, WebhookEventId right) => left.CompareTo(right) >= 0;

    [UnscopedRef]
    private ReadOnlySpan<byte> Span => _bytes;

    [InlineArray(Size)]
    private struct Bytes
    {
        private byte _first;
    }
}
