namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>Whether other replicas are there, as far as they were heard. Only who has some tells of its events.</summary>
internal sealed class Peers(TimeSpan memory)
{
    private long _heardAt = long.MinValue / 2;

    /// <summary>By which this replica knows its own words.</summary>
    public Guid Self { get; } = Guid.NewGuid();

    public bool Exist => Environment.TickCount64 - Interlocked.Read(ref _heardAt) < memory.TotalMilliseconds;

    /// <summary>Another one spoke. Answers whether that is news.</summary>
    public bool Heard()
    {
        var isNews = !Exist;
        Interlocked.Exchange(ref _heardAt, Environment.TickCount64);
        return isNews;
    }
}
