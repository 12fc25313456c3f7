using System.Buffers.Text;
using static ThunderStack.Webhooks.Keys.PublicKeyPolicyResult;

namespace ThunderStack.Webhooks.Keys;

/// <summary>
/// Decides whether a text is one public RSA key that webhooks may be verified with: 2048 to 8192 bits, odd modulus, odd
/// exponent of at least 65537 and below 2^32.
/// </summary>
/// <remarks>
/// Read are PEM (<c>PUBLIC KEY</c>, RFC 7468; <c>RSA PUBLIC KEY</c>, PKCS #1), with line ends real or as a literal <c>\n</c>, and the
/// same DER as bare base64. The platform's own PEM import takes private keys, 512-bit keys, e = 3 and even moduli, so the DER
/// is read here and the key is made from nothing but its modulus and exponent.
/// </remarks>
public static class PublicKeyPolicy
{
    /// <summary>The largest text that is looked at, in characters.</summary>
    public const int MaxTextLength = 64 * 1024;

    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";
    private const string WhatToWrite =
        "copy the public key from the node's settings page, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----";

    /// <summary>Judges a text. Never throws, whatever the text.</summary>
    public static PublicKeyPolicyResult Parse(string? text)
    {
        if (text?.Length > MaxTextLength)
        {
            return Refuse(PublicKeyRefusal.TooLarge, $"It is longer than {MaxTextLength / 1024} KiB, so it is not one key; {WhatToWrite}.");
        }

        text = Trim(Trim(text).Replace("\\r\\n", "\n", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal));
        if (text.Length == 0)
        {
            return Refuse(PublicKeyRefusal.Empty, $"It is empty; {WhatToWrite}.");
        }

        if (text.Contains(Begin, StringComparison.Ordinal))
        {
            return ParsePem(text);
        }

        return text[0] switch
        {
            '<' => Refuse(PublicKeyRefusal.Html, $"It is a web page (HTML) and not a key; {WhatToWrite}."),
            '{' or '[' or '"' => Refuse(PublicKeyRefusal.Json, $"It is JSON and not a key; {WhatToWrite}, without quotes or braces."),
            _ when IsOpenSsh(text) => Refuse(
                PublicKeyRefusal.OtherFormat,
                $"It is in the format of OpenSSH or SSH2; {WhatToWrite} (ssh-keygen -e -m PKCS8 converts one)."),
            _ => FromBase64(text, RsaPublicKeyReader.Label.None),
        };
    }

    /// <summary>Judges an entry of <see cref="PublicKeyOptions.Pinned"/>: a text, or the path of a file with one or with DER.</summary>
    /// <param name="entry">The text or the path, which is relative to the current directory.</param>
    /// <returns>
    /// <see cref="PublicKeyRefusal.Unreadable"/> when it is neither, or the file cannot be read. No problem of a file is thrown.
    /// </returns>
    public static PublicKeyPolicyResult ReadPinned(string? entry) => PinnedPublicKey.Read(entry);

    /// <summary>Judges a DER-encoded key, SubjectPublicKeyInfo or PKCS #1, as inboxes keep it. Never throws, whatever the bytes.</summary>
    /// <param name="der">The bytes.</param>
    public static PublicKeyPolicyResult ParseDer(ReadOnlyMemory<byte> der) =>
        der.Length > MaxTextLength
            ? Refuse(PublicKeyRefusal.TooLarge, $"It is longer than {MaxTextLength / 1024} KiB, so it is not one key; {WhatToWrite}.")
            : RsaPublicKeyReader.Read(der, RsaPublicKeyReader.Label.None);

    private static PublicKeyPolicyResult ParsePem(string text)
    {
        var labels = Labels(text);
        if (labels.Any(label => label.Contains("PRIVATE KEY", StringComparison.Ordinal)))
        {
            return RsaPublicKeyReader.RefusePrivateKey();
        }

        if (labels.Any(label => label.Contains("CERTIFICATE", StringComparison.Ordinal) || label is "PKCS7" or "CMS"))
        {
            return RsaPublicKeyReader.RefuseCertificate();
        }

        if (labels.Count > 1)
        {
            return Refuse(
                PublicKeyRefusal.SeveralKeys,
                $"It holds {labels.Count} PEM blocks; exactly one public key is taken, so write only that one.");
        }

        var label = labels.Count == 1 ? labels[0] : "";
        RsaPublicKeyReader.Label expected;
        switch (label)
        {
            case "PUBLIC KEY":
                expected = RsaPublicKeyReader.Label.PublicKey;
                break;
            case "RSA PUBLIC KEY":
                expected = RsaPublicKeyReader.Label.RsaPublicKey;
                break;
            case "EC PUBLIC KEY" or "ECDSA PUBLIC KEY" or "DSA PUBLIC KEY" or "EC PARAMETERS" or "DSA PARAMETERS":
                return RsaPublicKeyReader.RefuseAlgorithm("not RSA");
            default:
                return Refuse(PublicKeyRefusal.OtherFormat, $"It is PEM, but not of a public key; {WhatToWrite}.");
        }

        var head = $"{Begin}{label}{Dashes}";
        var tail = $"{End}{label}{Dashes}";
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (end < 0 || !text.AsSpan(end).StartsWith(tail, StringComparison.Ordinal))
        {
            return Refuse(PublicKeyRefusal.NotBase64, $"Its PEM has no matching {tail} line: part of it is missing; {WhatToWrite}.");
        }

        return text.StartsWith(head, StringComparison.Ordinal) && end >= head.Length && text.Length == end + tail.Length
            ? FromBase64(text[head.Length..end], expected)
            : Refuse(PublicKeyRefusal.SurroundingData, $"It has text before or after the PEM block; {WhatToWrite}, and nothing else.");
    }

    private static PublicKeyPolicyResult FromBase64(string text, RsaPublicKeyReader.Label label)
    {
        var der = new byte[text.Length / 4 * 3 + 3];
        return Base64.IsValid(text) && Convert.TryFromBase64String(text, der, out var length)
            ? RsaPublicKeyReader.Read(der.AsMemory(0, length), label)
            : Refuse(PublicKeyRefusal.NotBase64, $"It is neither PEM nor base64; {WhatToWrite}.");
    }

    private static List<string> Labels(string text)
    {
        var labels = new List<string>();
        for (var at = 0; (at = text.IndexOf(Begin, at, StringComparison.Ordinal)) >= 0;)
        {
            at += Begin.Length;
            var end = text.IndexOf(Dashes, at, StringComparison.Ordinal);
            labels.Add(end < 0 ? "" : text[at..end]);
        }

        return labels;
    }

    private static bool IsOpenSsh(string text) =>
        text.StartsWith("ssh-", StringComparison.Ordinal)
        || text.StartsWith("ecdsa-", StringComparison.Ordinal)
        || text.StartsWith("---- BEGIN", StringComparison.Ordinal);

    // U+FEFF, the byte order mark, is not white space to Trim.
    private static string Trim(string? text)
    {
        var rest = text.AsSpan();
        int before;
        do
        {
            before = rest.Length;
            rest = rest.Trim().Trim('\uFEFF');
        }
        while (rest.Length != before);
        return rest.ToString();
    }
}
