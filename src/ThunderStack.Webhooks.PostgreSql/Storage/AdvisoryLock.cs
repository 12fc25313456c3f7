namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>Locks of a schema that are held to the end of the transaction.</summary>
internal static class AdvisoryLock
{
    // Numbers that others are unlikely to use.
    private const int RegistrationClass = 0x5473_5267;
    private const int MaintenanceClass = 0x5473_4D74;

    /// <summary>For what adds nodes or handlers: their lanes are each one with each.</summary>
    public static void AddRegistrationLock(this NpgsqlBatch batch, SchemaName schema) => batch.Add(Sql).With(RegistrationClass).With(schema.Value);

    /// <summary>
    /// For what replays or removes: an event is not removed while a replay of it begins, and one replica at a time applies
    /// retention.
    /// </summary>
    public static void AddMaintenanceLock(this NpgsqlBatch batch, SchemaName schema) => batch.Add(Sql).With(MaintenanceClass).With(schema.Value);

    private const string Sql = "SELECT pg_advisory_xact_lock($1, hashtext($2))";
}
