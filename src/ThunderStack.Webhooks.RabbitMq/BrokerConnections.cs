using System.Collections.Concurrent;

namespace ThunderStack.Webhooks.RabbitMq;

/// <summary>
/// One connection for each URI, shared by the handlers that name it. It outlives them: a change of the settings makes all handlers
/// anew, and one that is no longer used is closed after a while.
/// </summary>
internal sealed class BrokerConnections : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, BrokerConnection> _connections = new(StringComparer.Ordinal);
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;

    public BrokerConnections(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(_ => CloseIdle(), null, LookInterval, LookInterval);
    }

    public BrokerConnection Of(string uri) => _connections.GetOrAdd(uri, Create);

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_connections.Values.Select(connection => connection.CloseAsync())).ConfigureAwait(false);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private BrokerConnection Create(string uri) => BrokerAddress.TryCreateFactory(uri, out var factory)
        ? new BrokerConnection(factory, _timeProvider)
        : throw new InvalidOperationException("The URI of a RabbitMq handler is not usable.");

    private void CloseIdle()
    {
        foreach (var connection in _connections.Values)
        {
            connection.CloseIfIdle();
        }
    }
}
