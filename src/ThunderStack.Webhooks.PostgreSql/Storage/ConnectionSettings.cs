namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>Makes a pool of connections from what the operator wrote; what they wrote themselves stands.</summary>
internal static class ConnectionSettings
{
    private const int DefaultPoolSize = 100;

    // Appends, settlements, the lease, the listener, one or two for claims, and the operator's questions.
    private const int PoolSize = 20;

    // One for the listener and one for work; with a single one every append would wait for ever.
    private const int LeastPoolSize = 2;
    private const int PreparedStatements = 64;
    private const int DefaultRecheckSeconds = 10;
    private const int KeepAliveSeconds = 10;

    /// <summary>What is wrong with a connection string, or <see langword="null"/>. Never quotes a value of it.</summary>
    public static string? FindProblem(string connectionString)
    {
        const string Advice = "Example: Host=db;Username=thunderstack;Database=thunderstack.";
        if (IsUri(connectionString))
        {
            return $"ThunderStack:Inbox:ConnectionString is a URI. {Advice[..^1]};Password=…, with what the URI says.";
        }

        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrWhiteSpace(settings.Host) ? $"ThunderStack:Inbox:ConnectionString names no Host. {Advice}"
                : settings.Multiplexing ? "ThunderStack:Inbox:ConnectionString has Multiplexing=true, with which no transaction keeps its connection: leave it out."
                : settings.MaxPoolSize < LeastPoolSize ? $"ThunderStack:Inbox:ConnectionString has a Maximum Pool Size below {LeastPoolSize}, of which the listener alone keeps one: leave it out, or write {PoolSize}."
                : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            return $"ThunderStack:Inbox:ConnectionString is not one for PostgreSQL. {Advice}";
        }
    }

    /// <summary>Which database a connection string names, for a log: nothing of it that could be secret.</summary>
    public static string Describe(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return $"database {settings.Database ?? settings.Username} at {settings.Host}:{settings.Port}";
    }

    /// <summary>Whether this is what hosting platforms give: <c>postgres://user:password@host/database</c>.</summary>
    private static bool IsUri(string text)
    {
        var trimmed = text.TrimStart(' ', '"', '\'');
        return trimmed.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || trimmed.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);
    }

    /// <exception cref="InboxOpenException">The connection string is not one of PostgreSQL's.</exception>
    public static NpgsqlDataSource CreateSource(string connectionString, TimeSpan connectTimeout, bool isPooled)
    {
        if (FindProblem(connectionString) is { } problem)
        {
            throw new InboxOpenException(problem);
        }

        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        var settings = builder.ConnectionStringBuilder;
        settings.ApplicationName ??= "thunderstack-receiver";
        settings.Timeout = Math.Min(settings.Timeout, (int)Math.Ceiling(connectTimeout.TotalSeconds));
        settings.MaxPoolSize = settings.MaxPoolSize == DefaultPoolSize ? PoolSize : settings.MaxPoolSize;
        settings.IncludeErrorDetail = false;

        // Nothing is kept in a session that the next user of a connection would have to be spared from.
        settings.NoResetOnClose = true;

        // Statements end by themselves on the server; a connection that is given up is closed without a farewell, which
        // would take another connection to a server that may not answer.
        settings.CancellationTimeout = -1;

        // A connection that a firewall has forgotten is known to be dead before an event needs it.
        settings.TcpKeepAlive = true;
        settings.TcpKeepAliveTime = settings.TcpKeepAliveTime == 0 ? KeepAliveSeconds : settings.TcpKeepAliveTime;
        settings.TcpKeepAliveInterval = settings.TcpKeepAliveInterval == 0 ? 1 : settings.TcpKeepAliveInterval;
        settings.MaxAutoPrepare = isPooled ? 0 : PreparedStatements;
        settings.AutoPrepareMinUsages = 2;
        if (settings.Host?.Contains(',', StringComparison.Ordinal) == true)
        {
            settings.TargetSessionAttributes ??= "primary";

            // By default, a host that failed is not asked again for 10 s, and after a failover one of them is the primary.
            settings.HostRecheckSeconds = settings.HostRecheckSeconds == DefaultRecheckSeconds ? 1 : settings.HostRecheckSeconds;
        }

        return builder.Build();
    }
}
