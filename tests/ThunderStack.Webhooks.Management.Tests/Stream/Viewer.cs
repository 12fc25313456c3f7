using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ThunderStack.Webhooks.Management.Tests.Stream;

/// <summary>Reads a stream as a browser does.</summary>
internal sealed class Viewer : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly Lock _gate = new();
    private readonly List<(string Id, string Name, JsonElement Data)> _messages = [];

    private Viewer(HttpResponseMessage answer)
    {
        _answer = answer;
        Ended = ReadAsync();
    }

    public Task Ended { get; }

    public int Comments { get; private set; }

    public IReadOnlyList<(string Id, string Name, JsonElement Data)> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    public static async Task<Viewer> OpenAsync(ManagedReceiver receiver, string? lastSeen = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream");
        if (lastSeen is not null)
        {
            request.Headers.Add("Last-Event-ID", lastSeen);
        }

        var answer = await receiver.Reader.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
        return new Viewer(answer);
    }

    public bool Has(string name) => Messages.Any(message => message.Name == name);

    public JsonElement Find(string name) => Messages.First(message => message.Name == name).Data;

    public async ValueTask DisposeAsync()
    {
        _answer.Dispose();
        await Ended;
    }

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(await _answer.Content.ReadAsStreamAsync(CancellationToken.None), Encoding.UTF8);
            var (id, name) = ("", "");
            while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
            {
                switch (line.Split(": ", 2))
                {
                    case ["id", var value]:
                        id = value;
                        break;
                    case ["event", var value]:
                        name = value;
                        break;
                    case ["data", var value]:
                        lock (_gate)
                        {
                            _messages.Add((id, name, JsonSerializer.Deserialize<JsonElement>(value)));
                        }

                        break;
                    case ["", _]:
                        Comments++;
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or HttpRequestException or SocketException or OperationCanceledException)
        {
            // It has ended.
        }
    }
}
