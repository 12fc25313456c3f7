using System.Net;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Attacks;

/// <summary>HTTP/2 connections with as many requests as they may have, none of whose bodies ever ends.</summary>
internal sealed class StreamAttack : IAsyncDisposable
{
    private const int Connections = 60;
    private const int Streams = 100;
    private const int BodyBytes = 60_000;

    private readonly CancellationTokenSource _ending = new();
    private readonly List<HttpClient> _clients = [];
    private readonly Task _attack;
    private int _begun;

    public StreamAttack(Uri receiver) => _attack = Task.WhenAll(Enumerable.Range(0, Connections).SelectMany(_ => Connect(receiver)));

    /// <summary>How many bodies have been sent but for their last byte.</summary>
    public int Begun => Volatile.Read(ref _begun);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _attack;
        _clients.ForEach(client => client.Dispose());
        _ending.Dispose();
    }

    private IEnumerable<Task> Connect(Uri receiver)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = false });
        _clients.Add(client);
        return Enumerable.Range(0, Streams).Select(_ => Task.Run(() => SendAsync(client, new Uri(receiver, "/webhooks/thunderstack"))));
    }

    private async Task SendAsync(HttpClient client, Uri url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new EndlessContent(this),
        };
        request.Headers.TryAddWithoutValidation(SignedDelivery.SignatureHeader, Convert.ToBase64String(new byte[256]));
        try
        {
            using var response = await client.SendAsync(request, _ending.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            // Refused, or over.
        }
    }

    private sealed class EndlessContent(StreamAttack attack) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[BodyBytes], attack._ending.Token);
            await stream.FlushAsync(attack._ending.Token);
            Interlocked.Increment(ref attack._begun);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, attack._ending.Token);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = BodyBytes + 1;
            return true;
        }
    }
}
