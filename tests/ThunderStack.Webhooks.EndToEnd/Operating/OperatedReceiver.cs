using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Operating;

/// <summary>The real receiver with its management API, and somebody who may operate it.</summary>
internal sealed class OperatedReceiver : IAsyncDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef-operate";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly HttpClient _http;

    private OperatedReceiver(ReceiverProcess process, int port)
    {
        Process = process;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
    }

    public ReceiverProcess Process { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<OperatedReceiver> StartAsync(ReceiverSettings settings)
    {
        var port = LoopbackPort.FindFree();
        return new(
            await ReceiverProcess.StartAsync(settings
                .With("Management:Port", $"{port}")
                .With("Management:ApiKeys:ops:Key", Key)
                .With("Management:ApiKeys:ops:Role", "Operate")),
            port);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(path, Token);
        return await ReadAsync(answer, path);
    }

    public async Task<JsonElement> PostAsync(string path, object? body = null)
    {
        using var answer = await _http.PostAsync(path, body is null ? null : JsonContent.Create(body), Token);
        return await ReadAsync(answer, path);
    }

    /// <summary>Every item of a list, page by page.</summary>
    public async IAsyncEnumerable<JsonElement> ListAsync(string path)
    {
        string? cursor = null;
        do
        {
            var page = await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=500{(cursor is null ? "" : $"&cursor={cursor}")}");
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                yield return item;
            }

            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, string path)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, "{0} answered {1}", path, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
