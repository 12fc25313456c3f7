using System.Buffers;
using System.Net;
using ThunderStack.Webhooks.Benchmarks.Signing;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>
/// A minimal API with one endpoint and nothing else: no logging, no binding, no middleware. What the variants that are
/// measured against the product are made of, so that none of them carries a handicap.
/// </summary>
internal static class PlainServer
{
    private static readonly byte[] Accepted = """{"message":"Webhook event processed successfully"}"""u8.ToArray();
    private static readonly byte[] Forbidden = """{"message":"Forbidden - Invalid Signature"}"""u8.ToArray();

    public static Task RunAsync(int port, RequestDelegate endpoint)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        app.MapPost(EventSigner.Path, endpoint);
        return app.RunAsync();
    }

    /// <summary>Serves what verifies a request and then stores it; what is not authentic is <see langword="null"/>, and refused.</summary>
    public static Task RunAsync<T>(int port, Func<IHeaderDictionary, ReadOnlySequence<byte>, T?> verify, Func<T, Task> store)
        where T : class =>
        RunAsync(port, async context =>
        {
            var body = await ReadBodyAsync(context);
            var verified = verify(context.Request.Headers, body);
            context.Request.BodyReader.AdvanceTo(body.End);
            if (verified is not null)
                await store(verified);

            await AnswerAsync(context, accepted: verified is not null);
        });

    /// <summary>Reads the whole body; the caller advances the reader past it.</summary>
    public static async ValueTask<ReadOnlySequence<byte>> ReadBodyAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.IsCompleted)
                return read.Buffer;

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public static Task AnswerAsync(HttpContext context, bool accepted)
    {
        var message = accepted ? Accepted : Forbidden;
        context.Response.StatusCode = accepted ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = message.Length;
        return context.Response.BodyWriter.WriteAsync(message).AsTask();
    }
}
