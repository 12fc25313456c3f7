namespace ThunderStack.Webhooks.Signatures;

/// <summary>Reads the value of the signature header.</summary>
public static class SignatureHeader
{
    /// <summary>The longest signature that is decoded, in bytes: that of the largest admitted key, 8192 bits.</summary>
    public const int MaxSignatureLength = 1024;

    private const int MaxLength = (MaxSignatureLength + 2) / 3 * 4;

    /// <summary>
    /// Decodes canonical base64 (RFC 4648 section 4): its alphabet, padded, no white space, unused bits zero. So there is exactly one
    /// header value for a signature. Never throws, whatever the value.
    /// </summary>
    /// <param name="value">The value as it was received.</param>
    /// <param name="signature">The bytes; empty when there are none.</param>
    public static bool TryDecode(string? value, out byte[] signature)
    {
        signature = [];
        if (value is null || value.Length is 0 or > MaxLength || value.Length % 4 != 0)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[MaxLength / 4 * 3];
        if (!Convert.TryFromBase64Chars(value, bytes, out var length) || length is 0 or > MaxSignatureLength)
        {
            return false;
        }

        // The platform's decoder takes white space and stray trailing bits; what it would write itself is the canonical form.
        Span<char> canonical = stackalloc char[MaxLength];
        if (!Convert.TryToBase64Chars(bytes[..length], canonical, out var written) || !value.AsSpan().SequenceEqual(canonical[..written]))
        {
            return false;
        }

        signature = bytes[..length].ToArray();
        return true;
    }
}
