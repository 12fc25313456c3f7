using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>The contract of a store, held by PostgreSQL.</summary>
public static class PostgreSqlInboxContractTests
{
    private static async ValueTask<ITestInbox> OpenAsync(TimeProvider time) => await TestPostgreSqlInbox.OpenAsync(time);

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

    public sealed class Settling : SettleContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class RegisteringHandlers : HandlerContractTests
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

    public sealed class Waiting : BacklogContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Querying : QueryContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Paging : PageContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class Operating : OperateContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class PublicKeys : PublicKeyStoreContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class CookieKeys : CookieKeyStoreContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }
}
