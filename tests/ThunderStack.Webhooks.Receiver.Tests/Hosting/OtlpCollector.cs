using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

/// <summary>Takes OTLP over HTTP/1.1, or over gRPC. Names stand as plain text in the protobuf messages.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private const string GrpcContentType = "application/grpc";

    // A byte that tells whether it is compressed, and the length.
    private const int GrpcPrefix = 5;

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Message)> _messages = new();
    private readonly SemaphoreSlim _arrived = new(0);

    private OtlpCollector(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <param name="protocol">HTTP/2 for gRPC, without TLS and so without HTTP/1.1 on the same port.</param>
    public static async Task<OtlpCollector> StartAsync(HttpProtocols protocol)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = protocol));
        var app = builder.Build();
        var collector = new OtlpCollector(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var message = context.Request.ContentType == GrpcContentType ? await AnswerGrpcAsync(context, body.ToArray()) : body.ToArray();
            collector._messages.Enqueue((context.Request.Path, message));
            collector._arrived.Release();
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>Waits for a message on this path that has all of these texts in it.</summary>
    public async Task ReceivedAsync(string path, CancellationToken cancellationToken, params string[] texts)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (!_messages.Any(message => message.Path == path && texts.All(text => message.Message.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)))
        {
            await _arrived.WaitAsync(deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    // One message in, an empty one out, and the status behind it.
    private static async Task<byte[]> AnswerGrpcAsync(HttpContext context, byte[] body)
    {
        body[0].Should().Be(0, "nobody asked for compression");
        BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)).Should().Be((uint)(body.Length - GrpcPrefix));
        context.Response.ContentType = GrpcContentType;
        await context.Response.Body.WriteAsync(new byte[GrpcPrefix], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
        return body[GrpcPrefix..];
    }
}
