using RabbitMQ.Client;

namespace ThunderStack.Webhooks.RabbitMq;

/// <summary>A connection that is opened when something is published, kept, and opened anew once it has ended.</summary>
internal sealed class BrokerConnection(IConnectionFactory factory, TimeProvider timeProvider)
{
    /// <summary>How long it is kept without being used.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private Task<PublishingConnection>? _opening;
    private long _usedAt;
    private int _users;

    /// <summary>Whether there is a connection that could be used now.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _opening is { IsCompletedSuccessfully: true, Result.IsOpen: true };
            }
        }
    }

    /// <summary>Publishes a message; completes when the broker has confirmed it.</summary>
    public async Task PublishAsync(string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var opening = BeginUse();
        try
        {
            var connection = await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
            await connection.PublishAsync(exchange, routingKey, properties, body, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndUse();
        }
    }

    /// <summary>Closes it when it has not been used for long.</summary>
    public void CloseIfIdle()
    {
        lock (_gate)
        {
            if (_users == 0 && _opening is not null && timeProvider.GetElapsedTime(_usedAt) >= IdleTime)
            {
                _ = CloseAsync(Take());
            }
        }
    }

    public Task CloseAsync()
    {
        lock (_gate)
        {
            return CloseAsync(Take());
        }
    }

    // One attempt opens it for all that wait. It goes on when that attempt's time is up: the next one finds it open.
    private Task<PublishingConnection> BeginUse()
    {
        lock (_gate)
        {
            _users++;
            if (_opening is null or { IsFaulted: true } or { IsCanceled: true } or { IsCompletedSuccessfully: true, Result.IsOpen: false })
            {
                _ = CloseAsync(Take());
                _opening = OpenAsync();
            }

            return _opening;
        }
    }

    private void EndUse()
    {
        lock (_gate)
        {
            _users--;
            _usedAt = timeProvider.GetTimestamp();
        }
    }

    private Task<PublishingConnection>? Take()
    {
        var taken = _opening;
        _opening = null;
        return taken;
    }

    private async Task<PublishingConnection> OpenAsync()
    {
        await Task.Yield();
        using var timeout = new CancellationTokenSource(OpenTimeout, timeProvider);
        try
        {
            return new PublishingConnection(await factory.CreateConnectionAsync(timeout.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException exception)
        {
            throw new BrokerException($"The broker did not open a connection within {OpenTimeout.TotalSeconds:0} s.", exception);
        }
    }

    private static async Task CloseAsync(Task<PublishingConnection>? opening)
    {
        if (opening is null)
        {
            return;
        }

        // Not under the caller's lock.
        await Task.Yield();
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            await opening.Result.CloseAsync().ConfigureAwait(false);
        }
    }
}
