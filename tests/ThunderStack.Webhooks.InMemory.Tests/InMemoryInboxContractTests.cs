using ThunderStack.Webhooks.Stores;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>The contract of a store, kept by one that is made of nothing but public members; but for crashes, which it does not outlive.</summary>
public static class InMemoryInboxContractTests
{
    private static async ValueTask<ITestInbox> OpenAsync(TimeProvider time)
    {
        var store = new TestInMemoryInbox(time);
        await store.Inbox.OpenAsync(CancellationToken.None);
        return store;
    }

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

    public sealed class SettingTheClock : ClockContractTests
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

    public sealed class CookieKeys : CookieKeyStoreContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    public sealed class PublicKeys : PublicKeyStoreContractTests
    {
        protected override ValueTask<ITestInbox> CreateAsync(TimeProvider time) => OpenAsync(time);
    }

    private sealed class TestInMemoryInbox(TimeProvider time) : ITestInbox
    {
        private readonly InMemoryData _data = new();
        private InMemoryInbox? _inbox;

        public HostedInbox Inbox => _inbox ??= new InMemoryInbox(_data, time);

        public async Task RestartAsync()
        {
            await Inbox.CloseAsync();
            _inbox = new InMemoryInbox(_data, time);
            await _inbox.OpenAsync(CancellationToken.None);
        }

        public async ValueTask DisposeAsync() => await Inbox.CloseAsync();
    }
}
