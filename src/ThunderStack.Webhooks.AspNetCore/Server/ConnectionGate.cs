using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.AspNetCore.Endpoint;
using ThunderStack.Webhooks.Diagnostics;

namespace ThunderStack.Webhooks.AspNetCore.Server;

/// <summary>
/// Keeps a server reachable whoever holds its connections. One that has not asked anything within ten seconds is closed. When the
/// limit is reached, those give way that have been silent longest, then those that have been idle longest, then the one whose body has
/// been waited for longest; only when every connection is at work is a new one refused.
/// </summary>
internal sealed partial class ConnectionGate : IDisposable
{
    private static readonly TimeSpan FirstRequest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    // Sorting all of them for every newcomer would make the flood dear.
    private const int BatchShare = 32;

    private readonly Lock _gate = new();
    private readonly HashSet<GatedConnection> _open = [];
    private readonly int _limit;
    private readonly TimeProvider _timeProvider;
    private readonly WebhookMetrics _metrics;
    private readonly ILogger<ConnectionGate> _logger;
    private readonly LineLimit _lines;
    private readonly ITimer _sweep;

    public ConnectionGate(int limit, TimeProvider timeProvider, WebhookMetrics metrics, ILogger<ConnectionGate> logger)
    {
        _limit = limit;
        _timeProvider = timeProvider;
        _metrics = metrics;
        _logger = logger;
        _lines = new LineLimit(timeProvider);
        _sweep = timeProvider.CreateTimer(_ => CloseSilent(), null, SweepInterval, SweepInterval);
    }

    /// <summary>How many connections are open and have not been told to close.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Lets a connection in, which may cost others theirs, or refuses it.</summary>
    public async Task ConnectAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var connection = new GatedConnection(context, _timeProvider);
        if (!TryEnter(connection))
        {
            connection.Close();
            return;
        }

        context.Features.Set(connection);
        try
        {
            await next(context);
        }
        finally
        {
            lock (_gate)
            {
                _open.Remove(connection);
            }
        }
    }

    public void Dispose() => _sweep.Dispose();

    private bool TryEnter(GatedConnection connection)
    {
        List<GatedConnection> leaving = [];
        bool isIn;
        lock (_gate)
        {
            if (_open.Count >= _limit)
            {
                leaving = ChooseLeaving();
                _open.ExceptWith(leaving);
            }

            isIn = _open.Count < _limit && _open.Add(connection);
        }

        Close(leaving);
        if (!isIn)
        {
            Tell("refused", 1);
        }

        return isIn;
    }

    private List<GatedConnection> ChooseLeaving()
    {
        var candidates = _open.Select(connection => (Connection: connection, connection.Use, connection.Since))
            .Where(candidate => candidate.Use != ConnectionUse.Working)
            .OrderBy(candidate => candidate.Use).ThenBy(candidate => candidate.Since)
            .Take(Math.Max(1, _limit / BatchShare))
            .ToList();

        // Of those that are being served, no more than there is need for.
        var unused = candidates.Where(candidate => candidate.Use != ConnectionUse.Receiving).ToList();
        return [.. (unused.Count > 0 ? unused : candidates.Take(1)).Select(candidate => candidate.Connection)];
    }

    private void CloseSilent()
    {
        List<GatedConnection> leaving;
        lock (_gate)
        {
            leaving = [.. _open.Where(connection => connection.Use == ConnectionUse.Silent && _timeProvider.GetElapsedTime(connection.Since) >= FirstRequest)];
            _open.ExceptWith(leaving);
        }

        Close(leaving);
    }

    private void Close(List<GatedConnection> leaving)
    {
        foreach (var use in leaving.GroupBy(connection => connection.Use))
        {
            Tell(use.Key switch { ConnectionUse.Silent => "silent", ConnectionUse.Idle => "idle", _ => "receiving" }, use.Count());
        }

        foreach (var connection in leaving)
        {
            connection.Close();
        }
    }

    private void Tell(string reason, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _metrics.ConnectionClosed(reason);
        }

        if (_lines.MayWrite(out var leftOut))
        {
            Log.Closed(_logger, count, reason, Count, leftOut);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(520, LogLevel.Warning, "Closed {Closed} connections ({Reason}) so that others can be served; {Open} are open ({LeftOut} lines like it were left out)")]
        public static partial void Closed(ILogger logger, int closed, string reason, int open, long leftOut);
    }
}
