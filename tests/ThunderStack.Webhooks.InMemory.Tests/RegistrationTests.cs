using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Stores;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>An application with a store of a stranger's own.</summary>
public sealed class RegistrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Application_opens_the_store_hands_its_events_out_and_closes_it()
    {
        var handled = Channel.CreateUnbounded<NodeId>();
        using var host = Build(webhooks => webhooks.UseInMemoryInbox().AddHandler<NodeStatusUpdated>(
            "handler", async (e, _, cancellationToken) => await handled.Writer.WriteAsync(e.NodeId, cancellationToken)));
        var inbox = host.Services.GetRequiredService<IInbox>();
        (await inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Unavailable, "it is not open yet");

        await host.StartAsync(Token);
        var stored = await inbox.AppendAsync(CreateStatusEvent(), TestEntry.Key, Token);
        var node = await handled.Reader.ReadAsync(Token);
        await host.StopAsync(Token);

        stored.Outcome.Should().Be(AppendOutcome.Stored);
        node.Should().Be(new NodeId("node-a"));
        (await inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Unavailable, "it is closed");
        host.Services.GetRequiredService<IInboxAdministration>().Health.IsHealthy.Should().BeFalse();
    }

    [Fact]
    public void Everybody_who_asks_for_a_part_of_it_gets_the_same_inbox()
    {
        using var host = Build(webhooks => webhooks.UseInMemoryInbox().UseInMemoryInbox());

        Type[] parts = [typeof(IInbox), typeof(IInboxAdministration), typeof(IPublicKeyStore), typeof(IConditionStore), typeof(IActionStore)];

        parts.Select(host.Services.GetRequiredService).Distinct().Should().ContainSingle().Which.Should().BeOfType<InMemoryInbox>();
    }

    [Fact]
    public void A_second_store_is_refused()
    {
        var select = () => Build(webhooks => webhooks.UseInMemoryInbox().UseInbox<OtherInbox>());

        select.Should().Throw<InvalidOperationException>().WithMessage("OtherInbox cannot be added*");
    }

    private static IHost Build(Action<ThunderStackWebhooksBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ThunderStack:Nodes:0:NodeId"] = "node-a",
            ["ThunderStack:PublicKey:Pinned:0"] = TestEntry.Key.ToPem(),
        });
        configure(builder.Services.AddThunderStackWebhooksCore(builder.Configuration));
        return builder.Build();
    }

    private static InboxEntry CreateStatusEvent() => TestEntry.Create(
        "node-a", "RUNNING", body: """{"eventType":"NODE_STATUS_UPDATED","details":{"nodeId":"node-a","status":"RUNNING"},"nodeId":"node-a"}"""u8.ToArray());

    private sealed class OtherInbox : HostedInbox
    {
        protected override Task<IOpenInbox> OpenStoreAsync(bool isHosted, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
