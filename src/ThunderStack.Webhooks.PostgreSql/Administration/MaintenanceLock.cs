namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>
/// Held to the end of a transaction that replays or removes: an event is not removed while a replay of it begins, and one
/// replica at a time applies retention.
/// </summary>
internal static class MaintenanceLock
{
    public const int Class = 0x5473_4D74;

    public const string Sql = "SELECT pg_advisory_xact_lock($1, hashtext($2))";
}
