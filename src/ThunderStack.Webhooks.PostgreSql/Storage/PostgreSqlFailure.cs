namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>Sorts failures and says what an operator can do about them.</summary>
internal static class PostgreSqlFailure
{
    /// <summary>Whether one operation's own data is at fault: with the others alone, the statement would have succeeded.</summary>
    public static bool IsOfOperation(Exception exception) =>
        exception is PostgresException { SqlState: ['2', '2' or '3', ..] or PostgresErrorCodes.ProgramLimitExceeded }
            or InvalidCastException or ArgumentException;

    /// <summary>Whether the server said that nothing was committed. Otherwise, once it was asked, nobody knows.</summary>
    public static bool IsRolledBack(Exception exception) =>
        exception is PostgresException postgres
        && postgres.InvariantSeverity is "ERROR"
        && postgres.SqlState is not ['0', '8', ..] and not ['5', '7', 'P', ..];

    /// <summary>Whether the connection must not be used again.</summary>
    public static bool EndsConnection(Exception exception) =>
        !IsRolledBack(exception) || exception is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>Whether waiting does not help: somebody has to change something.</summary>
    public static bool IsHopeless(Exception exception) =>
        exception is PostgresException
        {
            SqlState: ['2', '8', ..] or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.FeatureNotSupported
        };

    public static string Describe(Exception exception)
    {
        if (exception is not PostgresException postgres)
        {
            return exception switch
            {
                OperationCanceledException or TimeoutException => "the database does not answer in time: check it and the network to it",
                NpgsqlException { InnerException: { } inner } => $"the database cannot be reached: {inner.Message}",
                _ => exception.Message,
            };
        }

        var advice = postgres.SqlState switch
        {
            PostgresErrorCodes.DiskFull => "the database's disk is full: free space",
            PostgresErrorCodes.TooManyConnections => "the database has no connection left: raise max_connections or lower Maximum Pool Size",
            PostgresErrorCodes.ReadOnlySqlTransaction => "the database only reads: name the primary in ThunderStack:Inbox:ConnectionString",
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
                => "the database refuses the user: check ThunderStack:Inbox:ConnectionString",
            PostgresErrorCodes.InvalidCatalogName => "there is no such database: create it",
            PostgresErrorCodes.InsufficientPrivilege => "the user may not do this: grant it the schema (see docs/replicas.md)",
            PostgresErrorCodes.UndefinedTable => "the inbox's tables are gone: restore a backup",
            PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable => "the database takes too long: look for locks and load",
            PostgresErrorCodes.CannotConnectNow => "the database is starting or stopping",
            ['5', '7', ..] => "the database ended the connection",
            ['5', '3', ..] => "the database lacks resources",
            ['5', '8', ..] => "the database's disk fails: check it",
            _ => "unexpected failure",
        };
        return $"{advice} (PostgreSQL {postgres.SqlState}: {postgres.MessageText})";
    }
}
