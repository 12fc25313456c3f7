using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Keys;

public sealed class PublicKeyPolicyTests
{
    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly string Pem = Rsa.ExportSubjectPublicKeyInfoPem();
    private static readonly string Pkcs1Pem = Rsa.ExportRSAPublicKeyPem();
    private static readonly string SpkiBase64 = Convert.ToBase64String(Rsa.ExportSubjectPublicKeyInfo());
    private static readonly string Pkcs1Base64 = Convert.ToBase64String(Rsa.ExportRSAPublicKey());

    public static TheoryData<string, string> AdmittedShapes => new()
    {
        { "SPKI PEM", Pem },
        { "SPKI PEM, line feed at the end", Pem + "\n" },
        { "SPKI PEM, CRLF", Pem.ReplaceLineEndings("\r\n") + "\r\n" },
        { "SPKI PEM, literal \\n", Pem.ReplaceLineEndings("\\n") + "\\n" },
        { "SPKI PEM, literal \\r\\n", Pem.ReplaceLineEndings("\\r\\n") + "\\r\\n" },
        { "SPKI PEM, literal and real line ends", Pem.ReplaceLineEndings("\\n\n") },
        { "SPKI PEM, on one line with spaces", Pem.ReplaceLineEndings(" ") },
        { "SPKI PEM, white space around", " \t\r\n" + Pem + "\r\n \t" },
        { "SPKI PEM, byte order mark", "\uFEFF" + Pem },
        { "SPKI PEM, byte order mark inside white space", " \uFEFF\r\n" + Pem + "\uFEFF" },
        { "PKCS #1 PEM", Pkcs1Pem },
        { "PKCS #1 PEM, literal \\n", Pkcs1Pem.ReplaceLineEndings("\\n") },
        { "SPKI base64", SpkiBase64 },
        { "SPKI base64 in lines", Convert.ToBase64String(Rsa.ExportSubjectPublicKeyInfo(), Base64FormattingOptions.InsertLineBreaks) },
        { "PKCS #1 base64", Pkcs1Base64 },
    };

    [Theory]
    [MemberData(nameof(AdmittedShapes))]
    public void Parse_EveryDocumentedShape_IsTheSameKey(string shape, string text)
    {
        var result = PublicKeyPolicy.Parse(text);

        result.IsAdmitted.Should().BeTrue("{0} is accepted, but: {1}", shape, result.Message);
        result.Refusal.Should().Be(PublicKeyRefusal.None);
        result.Key!.SizeInBits.Should().Be(2048);
        result.Key.SignatureLength.Should().Be(256);
        result.Key.ToPem().Should().Be(Rsa.ExportSubjectPublicKeyInfoPem());
        result.Key.Fingerprint.Should().Be(KeyFingerprint.Of(Rsa.ExportSubjectPublicKeyInfo()));
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(3072)]
    [InlineData(8192)]
    public void Parse_ModulusWithinLimits_IsAdmitted(int bits)
    {
        var result = PublicKeyPolicy.Parse(Key.Spki(Key.Odd(bits), 65537));

        result.Message.Should().BeEmpty();
        result.Key!.SizeInBits.Should().Be(bits);
        result.Key.SignatureLength.Should().Be((bits + 7) / 8);
    }

    [Theory]
    [InlineData(65537)]
    [InlineData(65539)]
    [InlineData(4294967295)]
    public void Parse_ExponentWithinLimits_IsAdmitted(long exponent) =>
        PublicKeyPolicy.Parse(Key.Spki(Key.Odd(2048), exponent)).IsAdmitted.Should().BeTrue();

    public static TheoryData<PublicKeyRefusal, string, string?> RefusedTexts()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pbe = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        var request = new CertificateRequest("CN=test", Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(90));
        var ed25519 = Convert.FromHexString("302a300506032b6570032100" + new string('7', 64));
        var pss = Key.Spki(Key.Odd(2048), 65537, oid: "1.2.840.113549.1.1.10");
        return new()
        {
            { PublicKeyRefusal.Empty, "nothing", null },
            { PublicKeyRefusal.Empty, "empty", "" },
            { PublicKeyRefusal.Empty, "white space", " \r\n\t\uFEFF" },
            { PublicKeyRefusal.Empty, "only escapes", "\\n\\r\\n" },
            { PublicKeyRefusal.TooLarge, "64 KiB and one", new string('A', 64 * 1024 + 1) },
            { PublicKeyRefusal.TooLarge, "64 KiB of white space around a key", Pem + new string(' ', 64 * 1024) },
            { PublicKeyRefusal.PrivateKey, "PKCS #8", Rsa.ExportPkcs8PrivateKeyPem() },
            { PublicKeyRefusal.PrivateKey, "PKCS #8 with literal \\n", Rsa.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\\n") },
            { PublicKeyRefusal.PrivateKey, "PKCS #8, encrypted", Rsa.ExportEncryptedPkcs8PrivateKeyPem("password", pbe) },
            { PublicKeyRefusal.PrivateKey, "PKCS #1", Rsa.ExportRSAPrivateKeyPem() },
            { PublicKeyRefusal.PrivateKey, "SEC 1", ec.ExportECPrivateKeyPem() },
            { PublicKeyRefusal.PrivateKey, "PKCS #8, elliptic curve", ec.ExportPkcs8PrivateKeyPem() },
            { PublicKeyRefusal.PrivateKey, "OpenSSH", Key.Label("OPENSSH PRIVATE KEY", [1, 2, 3]) },
            { PublicKeyRefusal.PrivateKey, "PKCS #8 in base64", Convert.ToBase64String(Rsa.ExportPkcs8PrivateKey()) },
            { PublicKeyRefusal.PrivateKey, "PKCS #8 in base64, encrypted", Convert.ToBase64String(Rsa.ExportEncryptedPkcs8PrivateKey("password", pbe)) },
            { PublicKeyRefusal.PrivateKey, "PKCS #1 in base64", Convert.ToBase64String(Rsa.ExportRSAPrivateKey()) },
            { PublicKeyRefusal.PrivateKey, "SEC 1 in base64", Convert.ToBase64String(ec.ExportECPrivateKey()) },
            { PublicKeyRefusal.PrivateKey, "labelled as public", Key.Label("PUBLIC KEY", Rsa.ExportPkcs8PrivateKey()) },
            { PublicKeyRefusal.PrivateKey, "PKCS #12", Convert.ToBase64String(certificate.Export(X509ContentType.Pkcs12)) },
            { PublicKeyRefusal.PrivateKey, "behind the public key", Pem + "\n" + Rsa.ExportRSAPrivateKeyPem() },
            { PublicKeyRefusal.OtherAlgorithm, "elliptic curve", ec.ExportSubjectPublicKeyInfoPem() },
            { PublicKeyRefusal.OtherAlgorithm, "elliptic curve in base64", Convert.ToBase64String(ec.ExportSubjectPublicKeyInfo()) },
            { PublicKeyRefusal.OtherAlgorithm, "Ed25519", Key.Label("PUBLIC KEY", ed25519) },
            { PublicKeyRefusal.OtherAlgorithm, "RSA-PSS", pss },
            { PublicKeyRefusal.OtherAlgorithm, "EC PUBLIC KEY", Key.Label("EC PUBLIC KEY", [4, 1, 1]) },
            { PublicKeyRefusal.Certificate, "certificate", certificate.ExportCertificatePem() },
            { PublicKeyRefusal.Certificate, "certificate in base64", Convert.ToBase64String(certificate.RawData) },
            { PublicKeyRefusal.Certificate, "certificate labelled as key", Key.Label("PUBLIC KEY", certificate.RawData) },
            { PublicKeyRefusal.Certificate, "certificate request", request.CreateSigningRequestPem() },
            { PublicKeyRefusal.SeveralKeys, "two", Pem + "\n" + TestKey.Other.PublicKeyPem },
            { PublicKeyRefusal.SeveralKeys, "the same twice", Pem + "\n" + Pem },
            { PublicKeyRefusal.SeveralKeys, "two, literal \\n", (Pem + "\n" + TestKey.Other.PublicKeyPem).ReplaceLineEndings("\\n") },
            { PublicKeyRefusal.SurroundingData, "text before", "key:\n" + Pem },
            { PublicKeyRefusal.SurroundingData, "PEM lines that share their dashes", "-----BEGIN PUBLIC KEY-----END PUBLIC KEY-----" },
            { PublicKeyRefusal.SurroundingData, "text after", Pem + "\n; active" },
            { PublicKeyRefusal.SurroundingData, "bytes after the DER", Key.Label("PUBLIC KEY", [.. Rsa.ExportSubjectPublicKeyInfo(), 0]) },
            {
                PublicKeyRefusal.SurroundingData, "two keys in one base64",
                Convert.ToBase64String([.. Rsa.ExportSubjectPublicKeyInfo(), .. Rsa.ExportSubjectPublicKeyInfo()])
            },
            { PublicKeyRefusal.Html, "a page", "<!DOCTYPE html><html><body>Log in</body></html>" },
            { PublicKeyRefusal.Json, "an object", """{"error":"unauthorized"}""" },
            { PublicKeyRefusal.Json, "an array", "[1]" },
            { PublicKeyRefusal.Json, "a quoted key", "\"" + SpkiBase64 + "\"" },
            { PublicKeyRefusal.OtherFormat, "OpenSSH", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB user@host" },
            { PublicKeyRefusal.OtherFormat, "SSH2", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----" },
            { PublicKeyRefusal.OtherFormat, "PGP", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----" },
            { PublicKeyRefusal.OtherFormat, "parameters", Key.Label("DH PARAMETERS", [0x30, 0]) },
            { PublicKeyRefusal.NotBase64, "words", "no key here" },
            { PublicKeyRefusal.NotBase64, "base64url", SpkiBase64.Replace('+', '-').Replace('/', '_') + "-_" },
            { PublicKeyRefusal.NotBase64, "cut base64", SpkiBase64[..^1] },
            { PublicKeyRefusal.NotBase64, "PEM with a stray character", Pem.Replace("MII", "M!I", StringComparison.Ordinal) },
            { PublicKeyRefusal.NotBase64, "PEM escaped twice", Pem.ReplaceLineEndings("\\\\n") },
            { PublicKeyRefusal.NotBase64, "PEM without its end", Pem[..^30] },
            { PublicKeyRefusal.NotBase64, "PEM with another end", Pem.Replace("END PUBLIC", "END RSA PUBLIC", StringComparison.Ordinal) },
            { PublicKeyRefusal.NotDer, "base64 of something else", Convert.ToBase64String("hello, world"u8) },
            { PublicKeyRefusal.NotDer, "cut DER", Convert.ToBase64String(Rsa.ExportSubjectPublicKeyInfo().AsSpan(..^3)) },
            { PublicKeyRefusal.NotDer, "an empty PEM", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----" },
            { PublicKeyRefusal.NotDer, "PKCS #1 labelled SPKI", Key.Label("PUBLIC KEY", Rsa.ExportRSAPublicKey()) },
            { PublicKeyRefusal.NotDer, "SPKI labelled PKCS #1", Key.Label("RSA PUBLIC KEY", Rsa.ExportSubjectPublicKeyInfo()) },
            { PublicKeyRefusal.NotDer, "a negative modulus", Key.Spki(-Key.Odd(2048), 65537) },
            { PublicKeyRefusal.NotDer, "a negative exponent", Key.Spki(Key.Odd(2048), -65537) },
            { PublicKeyRefusal.NotDer, "BER with an indefinite length", Convert.ToBase64String([0x30, 0x80, 0, 0]) },
            { PublicKeyRefusal.ModulusTooSmall, "512 bits", Key.Spki(Key.Odd(512), 65537) },
            { PublicKeyRefusal.ModulusTooSmall, "2047 bits", Key.Spki(Key.Odd(2047), 65537) },
            { PublicKeyRefusal.ModulusTooSmall, "zero", Key.Spki(0, 65537) },
            { PublicKeyRefusal.ModulusTooLarge, "8193 bits", Key.Spki(Key.Odd(8193), 65537) },
            { PublicKeyRefusal.ModulusTooLarge, "16384 bits", Key.Spki(Key.Odd(16384), 65537) },
            { PublicKeyRefusal.EvenModulus, "even", Key.Spki(Key.Odd(2048) + 1, 65537) },
            { PublicKeyRefusal.BadExponent, "0", Key.Spki(Key.Odd(2048), 0) },
            { PublicKeyRefusal.BadExponent, "1", Key.Spki(Key.Odd(2048), 1) },
            { PublicKeyRefusal.BadExponent, "3", Key.Spki(Key.Odd(2048), 3) },
            { PublicKeyRefusal.BadExponent, "65535", Key.Spki(Key.Odd(2048), 65535) },
            { PublicKeyRefusal.BadExponent, "65538", Key.Spki(Key.Odd(2048), 65538) },
            { PublicKeyRefusal.BadExponent, "2^32", Key.Spki(Key.Odd(2048), 1L << 32) },
            { PublicKeyRefusal.BadExponent, "2^32 + 1", Key.Spki(Key.Odd(2048), (1L << 32) + 1) },
            { PublicKeyRefusal.BadExponent, "as long as the modulus", Key.Spki(Key.Odd(2048), Key.Odd(2047)) },
        };
    }

    [Theory]
    [MemberData(nameof(RefusedTexts))]
    public void Parse_AnythingElse_IsRefusedByNameAndNotRepeated(PublicKeyRefusal refusal, string what, string? text)
    {
        var result = PublicKeyPolicy.Parse(text);

        result.Refusal.Should().Be(refusal, "it is {0} ({1})", what, result.Message);
        result.IsAdmitted.Should().BeFalse();
        result.Key.Should().BeNull();
        result.Message.Should().StartWith("It").And.EndWith(".").And.NotContain("\n");
        foreach (var line in (text ?? "").Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(line => line.Length > 8 && line[0] != '-'))
        {
            result.Message.Should().NotContain(line);
        }
    }

    [Fact]
    public void Every_refusal_is_tested() =>
        RefusedTexts().Select(row => row.Data.Item1).Distinct()
            .Should().BeEquivalentTo(Enum.GetValues<PublicKeyRefusal>().Except([PublicKeyRefusal.None, PublicKeyRefusal.Unreadable]));

    [Fact]
    public void Parse_AlgorithmWithoutNull_IsRefused() =>
        PublicKeyPolicy.Parse(Key.Spki(Key.Odd(2048), 65537, withNull: false)).Refusal.Should().Be(PublicKeyRefusal.NotDer);

    [Theory]
    [InlineData("info")]
    [InlineData("algorithm")]
    [InlineData("bits")]
    [InlineData("key")]
    public void Parse_MoreAtTheEndOfAPart_IsRefused(string part) =>
        PublicKeyPolicy.Parse(Key.Spki(Key.Odd(2048), 65537, moreIn: part)).Refusal.Should().Be(PublicKeyRefusal.NotDer);

    [Fact]
    public void Parse_RandomDamageToADer_NeverThrowsAndNeverAdmitsAnotherShape()
    {
        var random = new Random(20241106);
        var der = Rsa.ExportSubjectPublicKeyInfo();
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = der.AsSpan(0, random.Next(8) == 0 ? random.Next(der.Length) : der.Length).ToArray();
            for (var flips = random.Next(1, 4); flips > 0 && damaged.Length > 0; flips--)
            {
                damaged[random.Next(Math.Min(damaged.Length, 48))] ^= (byte)(1 << random.Next(8));
            }

            var result = PublicKeyPolicy.Parse(Convert.ToBase64String(damaged));

            // Whatever is admitted encodes to exactly what was read: no lenient reading.
            if (result.IsAdmitted)
            {
                result.Key.SubjectPublicKeyInfo.ToArray().Should().Equal(damaged);
            }
        }
    }

    [Fact]
    public void Parse_RandomDamageToAText_NeverThrows()
    {
        var random = new Random(4711);
        string[] pieces = ["-----", "BEGIN ", "END ", "PUBLIC KEY", "RSA ", "\\n", "\n", " ", "\\", "=", "<", "\uFEFF", "\ud800", Pem, SpkiBase64, "A"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => pieces[random.Next(pieces.Length)]));

            PublicKeyPolicy.Parse(text).Should().NotBeNull();
        }
    }

    /// <summary>Writes keys that no library would make.</summary>
    private static class Key
    {
        public static BigInteger Odd(int bits) => (BigInteger.One << (bits - 1)) + (BigInteger.One << (bits / 2)) + 1;

        public static string Spki(
            BigInteger modulus, BigInteger exponent, string oid = "1.2.840.113549.1.1.1", bool withNull = true, string? moreIn = null)
        {
            var key = new AsnWriter(AsnEncodingRules.DER);
            using (key.PushSequence())
            {
                key.WriteInteger(modulus);
                key.WriteInteger(exponent);
                More(key, "key");
            }

            More(key, "bits");

            var info = new AsnWriter(AsnEncodingRules.DER);
            using (info.PushSequence())
            {
                using (info.PushSequence())
                {
                    info.WriteObjectIdentifier(oid);
                    if (withNull)
                    {
                        info.WriteNull();
                    }

                    More(info, "algorithm");
                }

                info.WriteBitString(key.Encode());
                More(info, "info");
            }

            return Label("PUBLIC KEY", info.Encode());

            void More(AsnWriter writer, string part)
            {
                if (part == moreIn)
                {
                    writer.WriteNull();
                }
            }
        }

        public static string Label(string label, byte[] content) => PemEncoding.WriteString(label, content);
    }
}
