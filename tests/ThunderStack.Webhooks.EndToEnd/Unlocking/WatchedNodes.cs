using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.EndToEnd.Unlocking;

/// <summary>Stands between receivers and emulated nodes, and keeps which unlocks were sent. One that was begun goes on when its sender dies.</summary>
internal sealed class WatchedNodes : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Uri _nodes;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(2) };
    private readonly ConcurrentDictionary<string, int> _running = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentQueue<SentUnlock> _sent = new();

    private WatchedNodes(Uri emulator)
    {
        _nodes = new Uri(emulator, "/node-api/emulated-user/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(PassOnAsync);
    }

    public IReadOnlyCollection<SentUnlock> Sent => _sent;

    /// <summary>Unlocks that were sent while another one of the same node ran, or to a node that was ready.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    public static async Task<WatchedNodes> StartAsync(Uri emulator)
    {
        var nodes = new WatchedNodes(emulator);
        await nodes._app.StartAsync(TestContext.Current.CancellationToken);
        return nodes;
    }

    public string AddressOf(string node) => $"{_app.Urls.Single()}/{node}";

    public async Task<bool> IsReadyAsync(string node)
    {
        using var answer = await _http.GetAsync(new Uri(_nodes, $"{node}/nodeinfo"), TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>What an operator does, around the receivers.</summary>
    public async Task PostAsync(string node, string call, string json)
    {
        using var answer = await _http.PostAsync(
            new Uri(_nodes, $"{node}/{call}"), new StringContent(json, System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassOnAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (node, isUnlock) = (parts[0], parts[^1] == "unlock");
        if (isUnlock)
        {
            using var json = JsonDocument.Parse(body);
            _sent.Enqueue(new SentUnlock(node, json.RootElement.GetProperty("password").GetString()!, TimeProvider.System.GetTimestamp()));
            if (_running.AddOrUpdate(node, 1, (_, running) => running + 1) > 1)
            {
                _violations.Enqueue($"{node} was sent an unlock while another one ran");
            }
        }

        try
        {
            // Not cancelled with the request: hanging up does not stop an unlock.
            using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_nodes, string.Join('/', parts)));
            if (body.Length > 0)
            {
                request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            }

            using var answer = await _http.SendAsync(request, CancellationToken.None);
            var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            if (isUnlock && text.Contains("already been unlocked", StringComparison.Ordinal))
            {
                _violations.Enqueue($"{node} was sent an unlock when it was ready");
            }

            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(text, context.RequestAborted);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
        finally
        {
            if (isUnlock)
            {
                _running.AddOrUpdate(node, 0, (_, running) => running - 1);
            }
        }
    }
}

/// <summary>An unlock that a receiver sent.</summary>
internal sealed record SentUnlock(string Node, string Password, long At);
