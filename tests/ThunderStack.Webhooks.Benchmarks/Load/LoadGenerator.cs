using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ThunderStack.Webhooks.Benchmarks.Signing;

namespace ThunderStack.Webhooks.Benchmarks.Load;

/// <summary>
/// A closed loop: every connection has one request under way at all times. One thread looks after all connections and never
/// sleeps, because to wake a sleeping core is work that the server's core would have to do for every answer. It yields its
/// core instead: PostgreSQL and the kernel's threads are in other scheduling groups (Linux makes one for every session), where
/// an idle priority does not count, and would wait milliseconds for a turn; a sync of 0.1 ms took 3.8 ms beside a loop that did not.
/// </summary>
internal sealed class LoadGenerator(SignedEvents events, Range range, TimeSpan duration)
{
    private readonly LatencyHistogram _latencies = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly int _end = range.End.GetOffset(events.Count);
    private int _next = range.Start.GetOffset(events.Count);
    private long _failures;
    private string? _firstFailure;

    /// <summary>Sends each event of <paramref name="range"/> at most once, until all are sent or the time is up.</summary>
    /// <param name="servers">Where to. Each gets the same number of connections, and of the events what it takes.</param>
    /// <param name="connections">How many to each.</param>
    /// <param name="events">What to send.</param>
    /// <param name="range">Which of them.</param>
    /// <param name="duration">When to send no more.</param>
    public static LoadResult Run(IReadOnlyList<IPEndPoint> servers, int connections, SignedEvents events, Range range, TimeSpan duration)
    {
        var all = Enumerable.Range(0, connections).SelectMany(_ => servers).Select(server => new LoadConnection(server)).ToArray();
        try
        {
            return new LoadGenerator(events, range, duration).Run(all);
        }
        finally
        {
            Array.ForEach(all, connection => connection.Dispose());
        }
    }

    private LoadResult Run(LoadConnection[] connections)
    {
        using var sockets = new ReadySockets(connections.Length);
        var active = 0;
        var busy = TimeSpan.Zero;
        for (var index = 0; index < connections.Length && TrySendNext(connections[index]); index++, active++)
            connections[index].Watch(sockets, index);

        Span<int> ready = stackalloc int[connections.Length];
        while (active > 0)
        {
            var count = sockets.Poll(ready);
            if (count == 0)
            {
                Thread.Yield();
                continue;
            }

            var found = Stopwatch.GetTimestamp();
            foreach (var index in ready[..count])
            {
                if (!TryContinue(connections[index]))
                {
                    connections[index].Dispose();
                    active--;
                }
            }

            busy += Stopwatch.GetElapsedTime(found);
        }

        return new LoadResult(Stopwatch.GetElapsedTime(_started), busy, _latencies, _failures, _firstFailure);
    }

    /// <summary>Takes the answer and sends the next event. Returns false once the connection has nothing to do any more.</summary>
    private bool TryContinue(LoadConnection connection)
    {
        try
        {
            if (!connection.TryReceive(out var status, out var latency))
                return true;

            if (status == 200)
                _latencies.Record(latency);
            else
                Fail($"answered {status}");
            return TrySendNext(connection);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            Fail(exception.Message);
            return false;
        }
    }

    private bool TrySendNext(LoadConnection connection)
    {
        if (_next >= _end || Stopwatch.GetElapsedTime(_started) >= duration)
            return false;

        connection.Send(events[_next++]);
        return true;
    }

    private void Fail(string what)
    {
        _failures++;
        _firstFailure ??= what;
    }
}
