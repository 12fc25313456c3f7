namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>The handlers that are paused, as the database said last.</summary>
internal sealed class PausedHandlers
{
    private volatile IReadOnlyCollection<string> _names = [];

    public IReadOnlyCollection<string> Names
    {
        get => _names;
        set => _names = value;
    }
}
