using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.Testing.Keys;

/// <summary>
/// The cloud's public key endpoint, as a real HTTP server on loopback, well or ill. Say how it answers from now on with
/// <see cref="Serve(TestKey)"/> and its siblings.
/// </summary>
/// <example><c>await using var cloud = await PublicKeyServer.StartAsync(TestKey.Default);</c></example>
public sealed class PublicKeyServer : IAsyncDisposable
{
    private static readonly ConcurrentBag<Socket> DeadSockets = [];

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<PublicKeyRequest> _requests = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RequestDelegate _answer;
    private long _sent;

    private PublicKeyServer(WebApplication app, TestKey? key)
    {
        _app = app;
        _answer = Json(key?.PublicKeyPem ?? "");
    }

    /// <summary>The value for <c>ThunderStack:Cloud:BaseAddress</c>.</summary>
    public string BaseAddress { get; private set; } = "";

    /// <summary>What was asked so far, in order.</summary>
    public IReadOnlyCollection<PublicKeyRequest> Requests => [.. _requests];

    /// <summary>How many bytes of <see cref="ServeHuge"/> the operating system has taken for the client.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Starts on a free port, serving this key.</summary>
    public static async Task<PublicKeyServer> StartAsync(TestKey? key = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new PublicKeyServer(app, key);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.BaseAddress = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return server;
    }

    /// <summary>A new address on which nothing listens, and nothing will: its port stays taken until the process ends.</summary>
    public static string DeadAddress()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        DeadSockets.Add(socket);
        return $"http://{socket.LocalEndPoint}";
    }

    /// <summary>Serves this key as documented: <c>{"data":"PEM"}</c>.</summary>
    public void Serve(TestKey key) => ServeData(key.PublicKeyPem);

    /// <summary>Serves this text as <c>data</c>.</summary>
    public void ServeData(string data) => _answer = Json(data);

    /// <summary>Serves exactly this.</summary>
    public void ServeContent(string content, string? contentType = "text/plain", int status = 200) => _answer = context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(content);
    };

    /// <summary>Serves exactly these bytes.</summary>
    public void ServeBytes(byte[] content, string? contentEncoding = null) => _answer = async context =>
    {
        context.Response.Headers.ContentEncoding = contentEncoding;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    };

    /// <summary>Answers with this status and no body.</summary>
    public void ServeStatus(int status) => _answer = context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>Redirects to this address.</summary>
    public void ServeRedirect(string location, int status = 302) => _answer = context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    };

    /// <summary>Sends as many bytes as the client takes.</summary>
    /// <param name="length">How many bytes there are.</param>
    /// <param name="announced">Whether a Content-Length says so.</param>
    public void ServeHuge(long length, bool announced) => _answer = async context =>
    {
        // Past the server's own buffers, which swallow what is written to a connection that the client has left.
        var socket = context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        var frame = announced ? $"Content-Length: {length}" : "Connection: close";
        await SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n{frame}\r\n\r\n"));
        var block = new byte[64 * 1024];
        block.AsSpan().Fill((byte)'A');
        for (long sent = 0; sent < length; sent += block.Length)
        {
            await SendAsync(block);
            Interlocked.Add(ref _sent, block.Length);
        }

        context.Abort();

        async Task SendAsync(ReadOnlyMemory<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes, context.RequestAborted)..];
            }
        }
    };

    /// <summary>Cuts the connection in the middle of the answer.</summary>
    public void ServeHalf(TestKey key) => _answer = async context =>
    {
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync("{\"data\":\"" + key.PublicKeyPem[..40], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    };

    /// <summary>Cuts every connection without an answer, as if the server were down.</summary>
    public void ServeNothing() => _answer = context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>Answers nothing until <see cref="Release"/>; then as it did before, whatever that is by then.</summary>
    public void Hold()
    {
        var answer = _answer;
        _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = _held.Task;
        _answer = async context =>
        {
            await held.WaitAsync(context.RequestAborted);
            await answer(context);
        };
    }

    /// <summary>Lets held requests go, and later ones through.</summary>
    /// <param name="key">The key to serve from now on to those that come later; held ones get the earlier answer.</param>
    public void Release(TestKey key)
    {
        Serve(key);
        _held.TrySetResult();
    }

    /// <summary>Waits for one more request to arrive; each call takes one.</summary>
    public async Task WaitForRequestAsync(CancellationToken cancellationToken) =>
        (await _arrived.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken)).Should().BeTrue("the endpoint should be asked for the key");

    public async ValueTask DisposeAsync()
    {
        _held.TrySetResult();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    private static RequestDelegate Json(string data)
    {
        var json = JsonSerializer.Serialize(new Dictionary<string, string> { ["data"] = data });
        return context =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            return context.Response.WriteAsync(json);
        };
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var answer = _answer;
        _requests.Enqueue(new PublicKeyRequest(
            context.Request.Method, context.Request.Path + context.Request.QueryString, context.Request.Headers.Authorization.FirstOrDefault()));
        _arrived.Release();
        try
        {
            await answer(context);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The client has gone away.
        }
    }
}

/// <summary>One request as the key endpoint saw it.</summary>
public sealed record PublicKeyRequest(string Method, string Path, string? Authorization);
