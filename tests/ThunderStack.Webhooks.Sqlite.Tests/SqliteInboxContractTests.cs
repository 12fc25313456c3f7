using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>The contract of a store, held by SQLite.</summary>
public static class SqliteInboxContractTests
{
    public sealed class Appending : AppendContractTests
    {
        protected override async ValueTask<ITestInbox> CreateAsync(TimeProvider time) => await TestSqliteInbox.OpenAsync(time);
    }
}
