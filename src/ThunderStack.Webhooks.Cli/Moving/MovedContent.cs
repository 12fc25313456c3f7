using System.Security.Cryptography;
using System.Text;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Moving;

namespace ThunderStack.Webhooks.Cli.Moving;

/// <summary>What an inbox holds, in numbers and in one digest: two inboxes with the same digest have the same content.</summary>
/// <remarks>Over everything that is kept of an event and its deliveries, in the order of ids, and the status of every node.</remarks>
internal sealed class MovedContent : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MemoryStream _buffer = new();
    private readonly BinaryWriter _writer;
    private readonly SortedDictionary<string, SortedDictionary<DeliveryState, long>> _deliveries = new(StringComparer.Ordinal);

    public MovedContent() => _writer = new BinaryWriter(_buffer, Encoding.Unicode);

    /// <summary>How many ids there are.</summary>
    public long Ids { get; private set; }

    /// <summary>How many of them still have their event.</summary>
    public long Events { get; private set; }

    /// <summary>How many deliveries of each handler stand how.</summary>
    public IReadOnlyDictionary<string, SortedDictionary<DeliveryState, long>> Deliveries => _deliveries;

    /// <summary>How many deliveries stand like this, of all handlers.</summary>
    public long Count(DeliveryState state) => _deliveries.Values.Sum(counts => counts.GetValueOrDefault(state));

    public void Add(MovedEvent moved)
    {
        Ids++;
        _writer.Write(moved.Id.ToByteArray());
        _writer.Write(moved.Place);
        _writer.Write(moved.Entry is not null);
        if (moved.Entry is { } entry)
        {
            Events++;
            Write(entry);
        }

        _writer.Write(moved.Deliveries.Count);
        foreach (var delivery in moved.Deliveries)
        {
            Count(delivery);
            Write(delivery);
        }

        Flush();
    }

    public void Add(NodeState node)
    {
        Write(node.NodeId.Value);
        Write(node.Status.Value);
        _writer.Write(node.EffectiveAt.UtcTicks);
        _writer.Write(node.EventId.ToByteArray());
        Flush();
    }

    /// <summary>The digest of all that was added: 64 digits.</summary>
    public string Digest() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose()
    {
        _writer.Dispose();
        _hash.Dispose();
    }

    private void Count(MovedDelivery delivery)
    {
        if (!_deliveries.TryGetValue(delivery.Handler, out var counts))
        {
            _deliveries.Add(delivery.Handler, counts = []);
        }

        counts[delivery.State] = counts.GetValueOrDefault(delivery.State) + 1;
    }

    private void Write(InboxEntry entry)
    {
        Write(entry.NodeId.Value);
        _writer.Write((int)entry.Source);
        Write(entry.EventType);
        Write(entry.Status?.Value);
        Write(entry.TimestampText);
        Write(entry.Timestamp);
        Write(entry.ReceivedAt);
        Write(entry.Key?.Value);
        Write(entry.Signature);
        Write(entry.Body);
    }

    private void Write(MovedDelivery delivery)
    {
        Write(delivery.Handler);
        _writer.Write((int)delivery.State);
        _writer.Write(delivery.Turn);
        _writer.Write(delivery.Attempts);
        Write(delivery.At);
        Write(delivery.DueAt);
        Write(delivery.Error);
    }

    private void Write(DateTimeOffset? instant) => _writer.Write(instant?.UtcTicks ?? -1);

    private void Write(ReadOnlyMemory<byte> bytes)
    {
        _writer.Write(bytes.Length);
        _writer.Write(bytes.Span);
    }

    // By its code units: text may hold half a surrogate pair, which no encoding keeps.
    private void Write(string? text)
    {
        _writer.Write(text?.Length ?? -1);
        _writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private void Flush()
    {
        _writer.Flush();
        _hash.AppendData(_buffer.GetBuffer().AsSpan(0, (int)_buffer.Length));
        _buffer.SetLength(0);
    }
}
