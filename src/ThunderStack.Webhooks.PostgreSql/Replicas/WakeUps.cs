using System.Globalization;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.PostgreSql.Dispatch;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>
/// What replicas tell each other by <c>NOTIFY</c>: who speaks, and for which nodes something came; <c>*</c> for any. Only hints: a
/// sweep finds what is not heard. What begins with a sign is for those who look on (<see cref="HintExchange"/>).
/// </summary>
internal sealed partial class WakeUps(NpgsqlDataSource source, SchemaName schema, DeliveryBoard board, InboxLimits limits, ILogger logger)
{
    // PostgreSQL takes less than 8000 bytes; a number and its comma are at most 11.
    private const int MaxNodes = 500;
    private const string Any = "*";

    /// <summary>Somebody looks on in the replica that says so.</summary>
    public const string HintsPlease = "?";

    /// <summary>What follows was committed.</summary>
    public const string Hints = "!";

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    private readonly string _self = Guid.NewGuid().ToString("n");
    private readonly string _channel = $"thunderstack_{schema.Value}";
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private HashSet<int>? _nodes;
    private bool _isSending;
    private Task _sending = Task.CompletedTask;
    private Task _listening = Task.CompletedTask;
    private volatile bool _isListening;
    private long _heardAt = long.MinValue / 2;

    /// <summary>Called when somebody looks on in another replica.</summary>
    public Action? HintsWanted { get; set; }

    /// <summary>Called with what another replica has committed.</summary>
    public Action<string>? HintsHeard { get; set; }

    /// <summary>Whether other replicas are heard.</summary>
    public bool IsListening => _isListening;

    // Each replica greets the others when it sweeps.
    private bool HasPeers => MachineClock.Milliseconds - Interlocked.Read(ref _heardAt) < 3 * limits.Serve.TotalMilliseconds;

    public void Listen() => _listening = Task.Run(ListenAlwaysAsync);

    /// <summary>Tells the others of new events, if there are others: a commit that notifies excludes every other one in the database.</summary>
    public void Add(IReadOnlyCollection<int> nodes)
    {
        if (HasPeers && nodes.Count > 0)
        {
            Send(nodes);
        }
    }

    /// <summary>Tells the others that this replica is there.</summary>
    public void Greet() => Send([]);

    /// <summary>Tells the others to look for whatever there is.</summary>
    public Task SendAsync(CancellationToken cancellationToken) => SendAsync(null, cancellationToken);

    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_sending, _listening).ConfigureAwait(false);
    }

    private void Send(IReadOnlyCollection<int> nodes)
    {
        lock (_gate)
        {
            (_nodes ??= []).UnionWith(nodes);
            if (!_isSending && !_stopping.IsCancellationRequested)
            {
                _isSending = true;
                _sending = Task.Run(SendAllAsync);
            }
        }
    }

    // At most one every few milliseconds, for all that came meanwhile.
    private async Task SendAllAsync()
    {
        while (true)
        {
            HashSet<int> nodes;
            lock (_gate)
            {
                if (_nodes is null || _stopping.IsCancellationRequested)
                {
                    _isSending = false;
                    return;
                }

                nodes = _nodes;
                _nodes = null;
            }

            try
            {
                await SendAsync(nodes, _stopping.Token).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Nobody depends on it, and how the database is, the appends say.
            }

            await Task.Delay(limits.WakeUpInterval, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task SendAsync(HashSet<int>? nodes, CancellationToken cancellationToken) =>
        SayAsync(nodes is null || nodes.Count > MaxNodes ? Any : string.Join(',', nodes), cancellationToken);

    /// <summary>Says something to the others: less than 7,950 bytes.</summary>
    public async Task SayAsync(string text, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(limits.StatementTimeout);
        await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
        await using var batch = connection.CreateBatch();
        batch.Add("SELECT pg_notify($1, $2)")
            .With(_channel)
            .With($"{_self}:{text}");
        await batch.ExecuteNonQueryAsync(limit.Token).ConfigureAwait(false);
    }

    private async Task ListenAlwaysAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ListenAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                if (_isListening && !_stopping.IsCancellationRequested)
                {
                    var reason = PostgreSqlFailure.Describe(exception);
                    Log.Lost(logger, reason);
                }

                _isListening = false;
                await Task.Delay(limits.ProbeInterval, TimeProvider.System, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync()
    {
        await using var connection = await source.OpenConnectionAsync(_stopping.Token).ConfigureAwait(false);
        connection.Notification += (_, message) => Hear(message.Payload);
        await connection.ExecuteAsync($"LISTEN \"{_channel}\"", _stopping.Token).ConfigureAwait(false);
        _isListening = true;
        Greet();

        // What was said before this connection was there.
        board.Touch(null);
        while (true)
        {
            if (!await connection.WaitAsync(Silence, _stopping.Token).ConfigureAwait(false))
            {
                await connection.ExecuteAsync("SELECT 1", _stopping.Token).ConfigureAwait(false);
            }
        }
    }

    private void Hear(string payload)
    {
        if (payload.Split(':', 2) is not [var replica, var text] || replica == _self)
        {
            return;
        }

        if (!HasPeers)
        {
            Greet();
        }

        Interlocked.Exchange(ref _heardAt, MachineClock.Milliseconds);
        if (text == HintsPlease)
        {
            HintsWanted?.Invoke();
            return;
        }

        if (text.StartsWith(Hints, StringComparison.Ordinal))
        {
            HintsHeard?.Invoke(text[Hints.Length..]);
            return;
        }

        var nodes = text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var node) ? node : 0);
        board.Touch(text == Any ? null : [.. nodes.Where(node => node > 0)]);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3161, Level = LogLevel.Information,
            Message = "Other replicas are not heard for a while: {Reason}. A sweep each second finds their events")]
        public static partial void Lost(ILogger logger, string reason);
    }
}
