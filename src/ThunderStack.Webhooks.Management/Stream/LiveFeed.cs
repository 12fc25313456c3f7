using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Management.Stream;

/// <summary>
/// Tells everybody who looks on what was committed, here and by other replicas. Whoever commits only puts it into a queue, and nothing at all while nobody
/// looks; what is too much to be told ten times a second is told as one <c>reset</c>.
/// </summary>
internal sealed class LiveFeed(IInbox inbox, LiveViews views, TimeProvider time) : BackgroundService
{
    /// <summary>How many may look on: of the connections that the server has, probes and questions need some.</summary>
    public const int MostReaders = 32;

    private const int MostQueued = 256;
    private const int Kept = 512;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly HashSet<LiveReader> _readers = [];
    private readonly Queue<LiveMessage> _recent = new();
    private readonly Channel<InboxHint> _hints = Channel.CreateBounded<InboxHint>(new BoundedChannelOptions(MostQueued) { SingleReader = true });
    private string _name = NewName();
    private long _number;
    private int _isLost;

    /// <summary>How many look on.</summary>
    public int Readers
    {
        get
        {
            lock (_gate)
            {
                return _readers.Count;
            }
        }
    }

    /// <summary>Lets somebody look on from now, or from what they have seen last.</summary>
    /// <param name="lastSeen">The id of that message.</param>
    /// <returns><see langword="null"/> when as many look on as may.</returns>
    public LiveReader? Join(string? lastSeen)
    {
        lock (_gate)
        {
            if (_readers.Count >= MostReaders)
            {
                return null;
            }

            if (_readers.Count == 0 && inbox is IInboxFeed feed)
            {
                feed.Committed += Queue;
            }

            var reader = new LiveReader();
            _readers.Add(reader);
            foreach (var message in MissedSince(lastSeen))
            {
                reader.Give(message);
            }

            return reader;
        }
    }

    public void Leave(LiveReader reader)
    {
        lock (_gate)
        {
            if (_readers.Remove(reader) && _readers.Count == 0)
            {
                if (inbox is IInboxFeed feed)
                {
                    feed.Committed -= Queue;
                }

                // From here on nobody notes what happens: no id from before says what was missed.
                _recent.Clear();
                _name = NewName();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _hints.Reader.WaitToReadAsync(stoppingToken))
            {
                Publish();
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private static string NewName() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    private void Queue(InboxHint hint)
    {
        if (hint is InboxHint.Lost)
        {
            Volatile.Write(ref _isLost, 1);
        }

        if (!_hints.Writer.TryWrite(hint))
        {
            Volatile.Write(ref _isLost, 1);
        }
    }

    private void Publish()
    {
        lock (_gate)
        {
            if (Interlocked.Exchange(ref _isLost, 0) == 1)
            {
                while (_hints.Reader.TryRead(out _))
                {
                    // A part of it would be told as if it were all.
                }

                Tell(LiveMessage.Reset, new { });
                return;
            }

            for (var i = 0; i < MostQueued && _hints.Reader.TryRead(out var hint); i++)
            {
                if (_readers.Count > 0 && views.Of(hint) is var (name, data))
                {
                    Tell(name, data);
                }
            }
        }
    }

    private void Tell(string name, object data)
    {
        var message = LiveMessage.Of(_name, ++_number, name, data);
        _recent.Enqueue(message);
        if (_recent.Count > Kept)
        {
            _recent.Dequeue();
        }

        foreach (var reader in _readers)
        {
            reader.Give(message);
        }
    }

    private IEnumerable<LiveMessage> MissedSince(string? lastSeen)
    {
        if (string.IsNullOrEmpty(lastSeen))
        {
            return [];
        }

        var isKnown = lastSeen.StartsWith($"{_name}-", StringComparison.Ordinal)
            && long.TryParse(lastSeen.AsSpan(_name.Length + 1), out var number)
            && number <= _number
            && number >= (_recent.TryPeek(out var oldest) ? oldest.Number - 1 : _number);
        return isKnown
            ? _recent.Where(message => message.Number > long.Parse(lastSeen.AsSpan(_name.Length + 1)))
            : [LiveMessage.Of(_name, _number, LiveMessage.Reset, new { })];
    }
}
