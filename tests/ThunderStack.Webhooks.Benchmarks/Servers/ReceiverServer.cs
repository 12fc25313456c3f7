using System.Net;
using ThunderStack.Webhooks.Benchmarks.Signing;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Handlers;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>The packages as an application of one's own uses them: the whole endpoint, an inbox, perhaps a handler.</summary>
internal static class ReceiverServer
{
    public static Task RunAsync(int port, string folder, Wanted wanted, string? postgreSql = null, int? managementPort = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // Where the pages are open to this machine.
            EnvironmentName = managementPort is null ? "Production" : "Development",
        });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Configuration.AddInMemoryCollection(Settings(folder));

        var webhooks = builder.Services.AddThunderStackWebhooks(builder.Configuration);
        webhooks = postgreSql is null ? webhooks.UseSqliteInbox() : webhooks.UsePostgreSqlInbox(postgreSql);
        if (wanted != Wanted.None)
        {
            // By configuration, so that both differ by the filter alone.
            builder.Configuration.AddInMemoryCollection(
                wanted == Wanted.Nobodys ? [new("ThunderStack:Handlers:nothing:Type", "Nothing"), new("ThunderStack:Handlers:nothing:When:Nodes:0", "nobody")]
                : [new("ThunderStack:Handlers:nothing:Type", "Nothing")]);
            webhooks.AddHandlerType(new HandlerType("Nothing", (_, _) => new Nothing())).AddConfiguredHandlers();
        }

        if (managementPort is not null)
        {
            builder.Configuration.AddInMemoryCollection([new("ThunderStack:Management:Port", $"{managementPort}")]);
            webhooks.AddManagement().AddDashboard();
        }

        var app = builder.Build();
        app.MapThunderStackWebhooks();
        return app.RunAsync();
    }

    private sealed class Nothing : IWebhookHandler<WebhookEvent>
    {
        public Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>What the receiver needs to be told, in whichever host: its key, its nodes and its database.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Settings(string folder) =>
    [
        new("ThunderStack:Management:Port", "0"),
        new("ThunderStack:PublicKey:Pinned:0", Path.Combine(folder, ServeCommand.PublicKeyFile)),
        new("ThunderStack:Inbox:ConnectionString", $"Data Source={Path.Combine(folder, "inbox.db")}"),
        .. EventSigner.NodeIds.Select((nodeId, index) => KeyValuePair.Create<string, string?>($"ThunderStack:Nodes:{index}:NodeId", nodeId)),
    ];
}

/// <summary>Which events the handler, which does nothing, is given.</summary>
internal enum Wanted
{
    /// <summary>There is no handler.</summary>
    None,

    /// <summary>All events.</summary>
    All,

    /// <summary>Those of a node that has none.</summary>
    Nobodys,
}
