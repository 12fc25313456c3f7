using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.Emulator.Tests;

/// <summary>The other end of a webhook: keeps what arrives, and answers what the test wants.</summary>
internal sealed class RecordingReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ReceivedWebhook> _received = Channel.CreateUnbounded<ReceivedWebhook>();

    private int _status;

    private RecordingReceiver(int status, string answer)
    {
        _status = status;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            _received.Writer.TryWrite(new ReceivedWebhook(body.ToArray(), context.Request.Headers["X-ThunderStack-Signature"].ToString()));
            context.Response.StatusCode = Volatile.Read(ref _status);
            await context.Response.WriteAsync(answer, context.RequestAborted);
        });
    }

    public string Url => $"{_app.Urls.Single()}/hook";

    public static async Task<RecordingReceiver> StartAsync(int status = 200, string answer = "thank you")
    {
        var receiver = new RecordingReceiver(status, answer);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The next webhook, waiting for it if need be.</summary>
    public async Task<ReceivedWebhook> NextAsync() =>
        await _received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

    /// <summary>Answers this status from now on.</summary>
    public void AnswerWith(int status) => Volatile.Write(ref _status, status);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>A webhook as it came over the wire.</summary>
internal sealed record ReceivedWebhook(byte[] Body, string Signature)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string Status => Json.GetProperty("details").GetProperty("status").GetString()!;

    /// <summary>Checks the signature with nothing but the framework's RSA, as the documented example does.</summary>
    public bool IsSignedBy(string publicKeyPem)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(publicKeyPem);
        return rsa.VerifyData(Body, Convert.FromBase64String(Signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
