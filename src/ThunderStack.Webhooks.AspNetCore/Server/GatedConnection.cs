using Microsoft.AspNetCore.Connections;

namespace ThunderStack.Webhooks.AspNetCore.Server;

/// <summary>An open connection; a feature of each of its requests. They may be several at a time, in HTTP/2.</summary>
internal sealed class GatedConnection(ConnectionContext connection, TimeProvider timeProvider)
{
    private int _receiving;
    private int _working;
    private volatile bool _hasAsked;
    private long _since = timeProvider.GetTimestamp();

    public ConnectionUse Use =>
        Volatile.Read(ref _working) > 0 ? ConnectionUse.Working
        : Volatile.Read(ref _receiving) > 0 ? ConnectionUse.Receiving
        : _hasAsked ? ConnectionUse.Idle
        : ConnectionUse.Silent;

    /// <summary>Whether its peer hung up in the middle of a request. What Kestrel then says of the rest is nobody's fault.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Since when it has been used like this, as a timestamp.</summary>
    public long Since => Volatile.Read(ref _since);

    /// <summary>A request's headers have arrived.</summary>
    public void Ask()
    {
        _hasAsked = true;
        Begin();
    }

    public void BeginReceiving()
    {
        Interlocked.Increment(ref _receiving);
        Begin();
    }

    public void EndReceiving() => Interlocked.Decrement(ref _receiving);

    public void BeginWorking() => Interlocked.Increment(ref _working);

    public void EndWorking()
    {
        Interlocked.Decrement(ref _working);
        Begin();
    }

    /// <summary>Its peer hung up.</summary>
    public void Leave() => HasLeft = true;

    /// <summary>Ends it at once, whatever it is used for.</summary>
    public void Close() => connection.Abort(new ConnectionAbortedException("The receiver closed the connection to be there for others."));

    private void Begin() => Volatile.Write(ref _since, timeProvider.GetTimestamp());
}
