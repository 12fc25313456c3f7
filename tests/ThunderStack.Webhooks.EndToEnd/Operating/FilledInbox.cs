using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.EndToEnd.Operating;

/// <summary>An inbox that has received for a while, filled by its store and the dispatcher: without HTTP and signatures.</summary>
internal static class FilledInbox
{
    /// <summary>The only handler it knows, by the name of <see cref="Processes.ReceiverSettings.ForwardingTo(RecordingHandler)"/>.</summary>
    public const string Handler = "recorder";

    private const int Appenders = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static string[] NodesOf(int count) => [.. Enumerable.Range(0, count).Select(node => $"filled-{node:000}")];

    /// <summary>Appends the events of these nodes in turns, each of which succeeds but for so many dead letters.</summary>
    /// <returns>The events' ids.</returns>
    public static async Task<IReadOnlyList<WebhookEventId>> FillAsync(
        Action<ThunderStackWebhooksBuilder> use, IReadOnlyList<string> nodes, int events, int deadLetters)
    {
        var every = events / deadLetters;
        var (handled, dead) = (0, 0);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var entries = Enumerable.Range(0, events).Select(i => EntryOf(new NumberedEvent(nodes[i % nodes.Count], (i / nodes.Count) + 1))).ToArray();
        var doomed = entries.Where((_, i) => i % every == 0).Take(deadLetters).Select(entry => entry.Id).ToHashSet();

        using var host = Build(use, (_, context, _) =>
        {
            if (Interlocked.Increment(ref handled) == events)
            {
                done.TrySetResult();
            }

            if (doomed.Contains(context.EventId))
            {
                Interlocked.Increment(ref dead);
                throw new DeadLetterException("A test wants it dead.");
            }

            return Task.CompletedTask;
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        var inbox = host.Services.GetRequiredService<IInbox>();
        await Task.WhenAll(Enumerable.Range(0, Appenders).Select(appender => Task.Run(async () =>
        {
            // A node's events one after the other, so that they keep their order.
            foreach (var entry in entries.Where((_, i) => i % nodes.Count % Appenders == appender))
            {
                var result = await inbox.AppendAsync(entry, TestEntry.Key, TestContext.Current.CancellationToken);
                result.Outcome.Should().Be(AppendOutcome.Stored);
            }
        })));
        await done.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
        dead.Should().Be(deadLetters);
        return [.. entries.Select(entry => entry.Id)];
    }

    private static InboxEntry EntryOf(NumberedEvent numbered) =>
        TestEntry.Create(numbered.Node, numbered.Sign().Status, receivedAt: TimeProvider.System.GetUtcNow(), body: numbered.Sign().Body);

    private static IHost Build(Action<ThunderStackWebhooksBuilder> use, Func<WebhookEvent, DeliveryContext, CancellationToken, Task> handle)
    {
        var host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        host.Configuration.AddInMemoryCollection(
        [
            new("ThunderStack:Nodes:0:NodeId", "filled-000"),
            new("ThunderStack:PublicKey:Pinned:0", TestKey.Default.PublicKeyPem),
        ]);
        var webhooks = host.Services.AddThunderStackWebhooksCore(host.Configuration);
        use(webhooks);
        webhooks.AddHandler(Handler, handle);
        return host.Build();
    }
}
