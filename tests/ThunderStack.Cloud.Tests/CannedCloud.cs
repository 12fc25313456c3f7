using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Cloud.Tests;

/// <summary>A server that answers exactly what the test says, and a client of it as a host would get it.</summary>
internal sealed class CannedCloud : IAsyncDisposable
{
    public const string Token = "secret-token-4711";

    private readonly WebApplication _app;
    private readonly ServiceProvider _services;
    private readonly SemaphoreSlim _arrived = new(0);

    private CannedCloud(WebApplication app)
    {
        _app = app;
        Url = app.Urls.Single();
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Clock)
            .AddThunderStackCloud(options => (options.BaseAddress, options.ApiToken) = (Url, Token))
            .BuildServiceProvider();
        Client = _services.GetRequiredService<ThunderStackCloudClient>();
    }

    /// <summary>Where it listens, also after it has ended.</summary>
    public string Url { get; }

    public CountedClock Clock { get; } = new();

    public ThunderStackCloudClient Client { get; }

    public ConcurrentQueue<CloudRequest> Requests { get; } = new();

    /// <summary>Gives the answer to the nth request, from 1.</summary>
    public Func<int, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<CannedCloud> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        CannedCloud? cloud = null;
        app.Run(context => cloud!.AnswerAsync(context));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return cloud = new CannedCloud(app);
    }

    public static async Task<CannedCloud> AnsweringAsync(string content, string? contentType = "application/json", int status = 200)
    {
        var cloud = await StartAsync();
        cloud.Answer = (_, context) => WriteAsync(context, content, contentType, status);
        return cloud;
    }

    public static Task WriteAsync(HttpContext context, string content, string? contentType = "application/json", int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(content, context.RequestAborted);
    }

    /// <summary>Answers nothing until the client goes away.</summary>
    public static Task HangAsync(HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

    /// <summary>Waits for one more request to arrive; each call takes one.</summary>
    public async Task WaitForRequestAsync() =>
        (await _arrived.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Should().BeTrue("the cloud should be asked");

    /// <summary>The failure of a call that must fail, which must not give away the token.</summary>
    public static async Task<ThunderStackCloudException> FailAsync(Func<Task> call)
    {
        var failure = (await call.Should().ThrowExactlyAsync<ThunderStackCloudException>()).Which;
        failure.ToString().Should().NotContain(Token);
        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        await Clock.DisposeAsync(_services);
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        Requests.Enqueue(new CloudRequest(
            $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}", body, context.Request.Headers.Authorization.ToString()));
        var number = Requests.Count;
        _arrived.Release();
        try
        {
            await Answer(number, context);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client has gone away.
        }
    }
}

/// <summary>One request as the cloud saw it.</summary>
internal sealed record CloudRequest(string What, string Body, string Authorization);
