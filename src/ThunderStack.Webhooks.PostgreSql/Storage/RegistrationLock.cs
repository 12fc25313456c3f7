namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>Held to the end of a transaction that adds nodes or handlers: their lanes are each one with each.</summary>
internal static class RegistrationLock
{
    public const int Class = 0x5473_5267;

    public const string Sql = "SELECT pg_advisory_xact_lock($1, hashtext($2))";
}
