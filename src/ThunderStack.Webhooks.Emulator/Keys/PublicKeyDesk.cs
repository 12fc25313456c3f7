using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Emulator.Keys;

/// <summary>Answers who asks for the public key, in the way that is set at the moment.</summary>
internal sealed class PublicKeyDesk(SigningKey key, TimeProvider time, IOptions<EmulatorOptions> options)
{
    private volatile int _answer = (int)options.Value.PublicKey;

    public PublicKeyAnswer Answer
    {
        get => (PublicKeyAnswer)_answer;
        set => _answer = (int)value;
    }

    public Task AnswerAsync(HttpContext context) => Answer switch
    {
        PublicKeyAnswer.PlainText => WriteAsync(context, "text/plain", key.PublicKeyPem),
        PublicKeyAnswer.JsonString => context.Response.WriteAsJsonAsync(key.PublicKeyPem, context.RequestAborted),
        PublicKeyAnswer.Html => WriteAsync(context, "text/html", "<!doctype html><title>Log in</title><p>Log in to ThunderStack"),
        PublicKeyAnswer.TooLong => DataAsync(context, new string('A', 100_000)),
        PublicKeyAnswer.Redirect => StatusAsync(context, 302, ("Location", "https://login.example/")),
        PublicKeyAnswer.Unauthorized => StatusAsync(context, 401),
        PublicKeyAnswer.TooManyRequests => StatusAsync(context, 429, ("Retry-After", "60")),
        PublicKeyAnswer.ServerError => StatusAsync(context, 500),
        PublicKeyAnswer.Hang => Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted),
        PublicKeyAnswer.Cut => CutAsync(context),
        var shape => DataAsync(context, TextOf(shape)),
    };

    private string TextOf(PublicKeyAnswer shape)
    {
        switch (shape)
        {
            case PublicKeyAnswer.Pkcs1Pem:
                return key.Export(rsa => rsa.ExportRSAPublicKeyPem());
            case PublicKeyAnswer.EscapedPem:
                return key.PublicKeyPem.Replace("\n", "\\n", StringComparison.Ordinal);
            case PublicKeyAnswer.Base64:
                return Convert.ToBase64String(key.Export(rsa => rsa.ExportSubjectPublicKeyInfo()));
            case PublicKeyAnswer.Base64Pkcs1:
                return Convert.ToBase64String(key.Export(rsa => rsa.ExportRSAPublicKey()));
            case PublicKeyAnswer.WrongKey:
                return Fresh(2048, rsa => rsa.ExportSubjectPublicKeyInfoPem());
            case PublicKeyAnswer.PrivateKey:
                return Fresh(2048, rsa => rsa.ExportPkcs8PrivateKeyPem());
            case PublicKeyAnswer.EllipticCurve:
                using (var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    return ecdsa.ExportSubjectPublicKeyInfoPem();
                }

            case PublicKeyAnswer.Certificate:
                return key.Export(CertificatePem);
            case PublicKeyAnswer.TwoKeys:
                return $"{key.PublicKeyPem}\n{Fresh(2048, rsa => rsa.ExportSubjectPublicKeyInfoPem())}";
            case PublicKeyAnswer.ShortKey:
                return Fresh(1024, rsa => rsa.ExportSubjectPublicKeyInfoPem());
            case PublicKeyAnswer.Empty:
                return "";
            default:
                return key.PublicKeyPem;
        }
    }

    private string CertificatePem(RSA rsa)
    {
        var request = new CertificateRequest("CN=ThunderStack Cloud", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(365));
        return certificate.ExportCertificatePem();
    }

    private static string Fresh(int bits, Func<RSA, string> export)
    {
        using var rsa = RSA.Create(bits);
        return export(rsa);
    }

    private static Task DataAsync(HttpContext context, string data) =>
        context.Response.WriteAsJsonAsync(new { data }, context.RequestAborted);

    private static Task WriteAsync(HttpContext context, string contentType, string content)
    {
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(content, context.RequestAborted);
    }

    private static Task StatusAsync(HttpContext context, int status, (string Name, string Value)? header = null)
    {
        if (header is { } given)
        {
            context.Response.Headers[given.Name] = given.Value;
        }

        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { message = "The emulator was told to answer so" }, context.RequestAborted);
    }

    private async Task CutAsync(HttpContext context)
    {
        context.Response.ContentLength = 1000;
        await WriteAsync(context, "application/json", $$"""{"data":"{{key.PublicKeyPem[..40]}}""");
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }
}
