using System.Net;
using ThunderStack.Webhooks.Benchmarks.Signing;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>The packages as an application of one's own uses them: the whole endpoint, an inbox, perhaps a handler.</summary>
internal static class ReceiverServer
{
    public static Task RunAsync(int port, string folder, bool withHandler, string? postgreSql = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Configuration.AddInMemoryCollection(Settings(folder));

        var webhooks = builder.Services.AddThunderStackWebhooks(builder.Configuration);
        webhooks = postgreSql is null ? webhooks.UseSqliteInbox() : webhooks.UsePostgreSqlInbox(postgreSql);
        if (withHandler)
            webhooks.AddHandler<WebhookEvent>("nothing", (_, _, _) => Task.CompletedTask);

        var app = builder.Build();
        app.MapThunderStackWebhooks();
        return app.RunAsync();
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
