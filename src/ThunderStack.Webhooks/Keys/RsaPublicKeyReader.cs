using System.Formats.Asn1;
using System.Security.Cryptography;
using static ThunderStack.Webhooks.Keys.PublicKeyPolicyResult;

namespace ThunderStack.Webhooks.Keys;

/// <summary>Reads the DER of a key, strictly, and admits it by its modulus and exponent alone.</summary>
internal static class RsaPublicKeyReader
{
    private const int MinModulusBits = 2048;
    private const int MaxModulusBits = 8192;
    private const uint MinExponent = 65537;

    private const string RsaEncryption = "1.2.840.113549.1.1.1";
    private const string WhatToWrite = "copy the public key from the node's settings page";

    /// <summary>What the PEM label promised.</summary>
    internal enum Label
    {
        None,
        PublicKey,
        RsaPublicKey,
    }

    public static PublicKeyPolicyResult Read(ReadOnlyMemory<byte> der, Label label)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER);
            var content = outer.PeekContentBytes();
            var sequence = outer.ReadSequence();
            if (NotAPublicKey(content) is { } refusal)
            {
                return refusal;
            }

            if (outer.HasData)
            {
                return Refuse(PublicKeyRefusal.SurroundingData, $"It has more after the key in its base64; {WhatToWrite}, and nothing else.");
            }

            var isPkcs1 = sequence.PeekTag() == Asn1Tag.Integer;
            if (label == (isPkcs1 ? Label.PublicKey : Label.RsaPublicKey))
            {
                return Refuse(
                    PublicKeyRefusal.NotDer,
                    isPkcs1
                        ? "It is labelled PUBLIC KEY but holds a PKCS #1 key; label it RSA PUBLIC KEY."
                        : "It is labelled RSA PUBLIC KEY but holds a SubjectPublicKeyInfo; label it PUBLIC KEY.");
            }

            return isPkcs1 ? ReadPkcs1(sequence) : ReadSubjectPublicKeyInfo(sequence);
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            return RefuseDer();
        }
    }

    public static PublicKeyPolicyResult RefusePrivateKey() => Refuse(
        PublicKeyRefusal.PrivateKey,
        $"It is a private key, which does not belong here and should be treated as leaked; {WhatToWrite}.");

    public static PublicKeyPolicyResult RefuseCertificate() => Refuse(
        PublicKeyRefusal.Certificate, $"It is a certificate or a request for one, and not a bare public key; {WhatToWrite}.");

    public static PublicKeyPolicyResult RefuseAlgorithm(string algorithm) => Refuse(
        PublicKeyRefusal.OtherAlgorithm, $"Its algorithm is {algorithm}, but webhooks are signed with RSA; {WhatToWrite}.");

    private static PublicKeyPolicyResult RefuseDer() => Refuse(
        PublicKeyRefusal.NotDer, $"It is base64, but not of a DER-encoded RSA public key, or part of it is missing; {WhatToWrite}.");

    private static PublicKeyPolicyResult ReadSubjectPublicKeyInfo(AsnReader info)
    {
        var algorithm = info.ReadSequence();
        var name = algorithm.ReadObjectIdentifier();
        if (name != RsaEncryption)
        {
            return RefuseAlgorithm(NameOf(name));
        }

        algorithm.ReadNull(); // RFC 3279 section 2.3.1 demands it
        algorithm.ThrowIfNotEmpty();
        var bits = info.ReadBitString(out var unusedBits);
        info.ThrowIfNotEmpty();
        if (unusedBits != 0)
        {
            return RefuseDer();
        }

        var inner = new AsnReader(bits, AsnEncodingRules.DER);
        var key = inner.ReadSequence();
        inner.ThrowIfNotEmpty();
        return ReadPkcs1(key);
    }

    private static PublicKeyPolicyResult ReadPkcs1(AsnReader key)
    {
        var modulus = ReadPositiveInteger(key);
        var exponent = ReadPositiveInteger(key);
        key.ThrowIfNotEmpty();

        var bits = modulus.IsEmpty ? 0 : (modulus.Length - 1) * 8 + (32 - int.LeadingZeroCount(modulus.Span[0]));
        if (bits < MinModulusBits)
        {
            return Refuse(
                PublicKeyRefusal.ModulusTooSmall,
                $"It has {bits} bits; at least {MinModulusBits} are needed, fewer can be broken; {WhatToWrite}.");
        }

        if (bits > MaxModulusBits)
        {
            return Refuse(PublicKeyRefusal.ModulusTooLarge, $"It has {bits} bits; at most {MaxModulusBits} are taken; {WhatToWrite}.");
        }

        if ((modulus.Span[^1] & 1) == 0)
        {
            return Refuse(PublicKeyRefusal.EvenModulus, $"Its modulus is even, so it is no RSA key; {WhatToWrite}.");
        }

        if (!IsGoodExponent(exponent.Span))
        {
            return Refuse(
                PublicKeyRefusal.BadExponent,
                $"Its public exponent is not an odd number from {MinExponent} to 2^32 - 1, so its signatures may be forged; {WhatToWrite}.");
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() });
        return Admit(new WebhookPublicKey(rsa));
    }

    private static bool IsGoodExponent(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > sizeof(uint))
        {
            return false;
        }

        uint value = 0;
        foreach (var b in bytes)
        {
            value = value << 8 | b;
        }

        return value >= MinExponent && (value & 1) == 1;
    }

    // Big-endian, without leading zeros; empty for zero.
    private static ReadOnlyMemory<byte> ReadPositiveInteger(AsnReader reader)
    {
        var bytes = reader.ReadIntegerBytes();
        if ((bytes.Span[0] & 0x80) != 0)
        {
            throw new AsnContentException("The integer is negative.");
        }

        return bytes.Span[0] == 0 ? bytes[1..] : bytes;
    }

    /// <summary>Tells private keys and certificates by the types of their fields, so that the operator learns what it is.</summary>
    private static PublicKeyPolicyResult? NotAPublicKey(ReadOnlyMemory<byte> content)
    {
        var fields = new AsnReader(content, AsnEncodingRules.DER);
        var shape = "";
        while (fields.HasData && shape.Length < 4)
        {
            shape += Letter(fields.PeekTag());
            fields.ReadEncodedValue();
        }

        return shape switch
        {
            "SB" or "II" => null,
            // PKCS #8, PKCS #12, SEC 1, PKCS #1 and DSA keys; encrypted PKCS #8.
            ['I', 'S' or 'O', ..] or "III" or "IIII" or "SO" => RefusePrivateKey(),
            "SSB" => RefuseCertificate(),
            _ => RefuseDer(),
        };
    }

    private static char Letter(Asn1Tag tag)
    {
        if (tag == Asn1Tag.Integer)
        {
            return 'I';
        }

        if (tag == Asn1Tag.Sequence)
        {
            return 'S';
        }

        if (tag == Asn1Tag.PrimitiveOctetString)
        {
            return 'O';
        }

        return tag == Asn1Tag.PrimitiveBitString ? 'B' : '?';
    }

    private static string NameOf(string algorithm) => algorithm switch
    {
        "1.2.840.10045.2.1" => "elliptic curve (EC)",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "1.3.101.110" or "1.3.101.111" => "X25519 or X448",
        "1.2.840.10040.4.1" => "DSA",
        "1.2.840.113549.1.1.10" => "RSA-PSS",
        _ => "not RSA",
    };
}
