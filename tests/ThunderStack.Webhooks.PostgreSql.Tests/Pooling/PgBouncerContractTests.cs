using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests.Pooling;

/// <summary>The contract of a store, held by PostgreSQL behind a PgBouncer in transaction mode.</summary>
public static class PgBouncerContractTests
{
    private static async ValueTask<ITestInbox> OpenAsync(TimeProvider time) => await TestPostgreSqlInbox.OpenAsync(
        time, connectionString: await TestPostgreSql.ConnectThroughPoolerAsync());

    public sealed class Appending : AppendContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Reconciling : ReconciledContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Dispatching : DispatchContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Restarting : RestartContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Crashing : CrashContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Actions : ActionContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Conditions : ConditionContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Replaying : ReplayContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Retaining : RetentionContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class NodeStates : NodeStateContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Querying : QueryContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class PublicKeys : PublicKeyStoreContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }
}
