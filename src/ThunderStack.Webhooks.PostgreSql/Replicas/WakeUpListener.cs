using Microsoft.Extensions.Logging;
using Npgsql;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>Hears from other replicas that something came. Without it, a sweep finds the same a second later.</summary>
internal sealed partial class WakeUpListener(
    NpgsqlDataSource source, SchemaName schema, DeliveryBoard board, WakeUpSender sender, InboxLimits limits, ILogger logger)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private volatile bool _isListening;

    public bool IsListening => _isListening;

    public void Start() => _loop = Task.Run(RunAsync);

    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ListenAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                if (_isListening)
                {
                    var reason = PostgreSqlFailure.Describe(exception);
                    Log.Lost(logger, reason);
                }

                _isListening = false;
                await Task.Delay(limits.ProbeInterval, TimeProvider.System, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                // The inbox closes.
            }
        }
    }

    private async Task ListenAsync()
    {
        await using var connection = await Limited(source.OpenConnectionAsync).ConfigureAwait(false);
        connection.Notification += (_, message) => Hear(message.Payload);
        await Limited(async token => await connection.ExecuteAsync($"LISTEN \"{Channel.NameOf(schema)}\"", token).ConfigureAwait(false))
            .ConfigureAwait(false);
        _isListening = true;
        sender.Greet();

        // What was said before this connection was there.
        board.Touch(null);
        while (true)
        {
            if (!await connection.WaitAsync(Silence, _stopping.Token).ConfigureAwait(false))
            {
                await Limited(async token => await connection.ExecuteAsync("SELECT 1", token).ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
    }

    private void Hear(string payload)
    {
        var (replica, nodes) = Channel.Read(payload);
        if (sender.Heard(replica))
        {
            board.Touch(nodes);
        }
    }

    private async Task<T> Limited<T>(Func<CancellationToken, ValueTask<T>> action)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(limits.StatementTimeout);
        return await action(limit.Token).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3161, Level = LogLevel.Information,
            Message = "Other replicas are not heard for a while: {Reason}. A sweep each second finds their events")]
        public static partial void Lost(ILogger logger, string reason);
    }
}
