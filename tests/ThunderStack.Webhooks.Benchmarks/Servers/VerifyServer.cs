using System.Buffers;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>Reads the body, verifies the signature and answers: the measure that the product is compared with.</summary>
internal static class VerifyServer
{
    public static async Task RunAsync(int port, string publicKeyPem, bool withProduct = false)
    {
        using var signatures = new SignatureCheck(publicKeyPem, withProduct);
        await PlainServer.RunAsync(port, async context =>
        {
            var body = await PlainServer.ReadBodyAsync(context);
            var authentic = IsAuthentic(signatures, context.Request.Headers, body);
            context.Request.BodyReader.AdvanceTo(body.End);
            await PlainServer.AnswerAsync(context, authentic);
        });
    }

    private static bool IsAuthentic(SignatureCheck signatures, IHeaderDictionary headers, in ReadOnlySequence<byte> body)
    {
        Span<byte> hash = stackalloc byte[SignatureCheck.HashLength];
        Span<byte> signature = stackalloc byte[SignatureCheck.SignatureLength];
        return signatures.IsAuthentic(headers, body, hash, signature);
    }
}
