namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>The clock that leases and due times go by: the server's, because receivers need not agree on the time.</summary>
internal static class ServerClock
{
    /// <summary>Now, in milliseconds since 1970; once for a whole statement.</summary>
    public const string Now = "(SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint)";
}
