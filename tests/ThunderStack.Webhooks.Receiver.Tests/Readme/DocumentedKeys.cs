using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Settings;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.NodeWatch;
using ThunderStack.Webhooks.Notify;
using ThunderStack.Webhooks.PostgreSql;
using ThunderStack.Webhooks.Receiver.Hosting;
using ThunderStack.Webhooks.Reconciliation;
using ThunderStack.Webhooks.Sqlite;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Readme;

/// <summary>Every key that can be set, with what it takes and what it refuses.</summary>
internal static class DocumentedKeys
{
    private const string Public = "https://hooks.example.com/webhooks/thunderstack";
    private const string Der = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A";

    private static readonly Dictionary<string, string?> PostgreSql =
        new() { ["ThunderStack:Inbox:Provider"] = "PostgreSql", ["ThunderStack:Inbox:ConnectionString"] = "Host=db" };

    private static readonly Dictionary<string, string?> Forward =
        new() { ["ThunderStack:Handlers:ops:Type"] = "Forward", ["ThunderStack:Handlers:ops:Url"] = "https://example.org/hook" };

    private static readonly Dictionary<string, string?> Telegram = new()
    {
        ["ThunderStack:Handlers:ops:Type"] = "Telegram",
        ["ThunderStack:Handlers:ops:BotToken"] = "1:abc",
        ["ThunderStack:Handlers:ops:ChatId"] = "1",
    };

    private static readonly Dictionary<string, string?> Email = new()
    {
        ["ThunderStack:Handlers:ops:Type"] = "Email",
        ["ThunderStack:Handlers:ops:Smtp:Host"] = "smtp.example.org",
        ["ThunderStack:Handlers:ops:From"] = "a@example.org",
        ["ThunderStack:Handlers:ops:To:0"] = "b@example.org",
    };

    private static readonly Dictionary<string, string?> Webhook =
        new() { ["ThunderStack:Handlers:ops:Type"] = "Webhook", ["ThunderStack:Handlers:ops:Url"] = "https://example.org/hook" };

    private static readonly Dictionary<string, string?> Heartbeat =
        new() { ["ThunderStack:Handlers:ops:Type"] = "Heartbeat", ["ThunderStack:Handlers:ops:Url"] = "https://example.org/ping" };

    // Its content is a template, and would do for a password.
    private static readonly string UnlockFile = WriteUnlockFile();

    private static readonly Dictionary<string, string?> Unlock = new()
    {
        ["ThunderStack:Nodes:0:Api:Url"] = "https://node.example.com:3001",
        ["ThunderStack:Nodes:0:Unlock:PasswordFile"] = UnlockFile,
        ["ThunderStack:Handlers:ops:Type"] = "Unlock",
    };

    private static readonly Dictionary<string, string?> RabbitMq = new()
    {
        ["ThunderStack:Handlers:ops:Type"] = "RabbitMq",
        ["ThunderStack:Handlers:ops:Uri"] = "amqp://localhost",
        ["ThunderStack:Handlers:ops:Exchange"] = "",
    };

    public static IReadOnlyList<DocumentedKey> All { get; } =
    [
        Of<NodesOptions>("Nodes:n:NodeId", nodes => nodes.Nodes.FirstOrDefault()?.NodeId) with { Accepted = [Same("node-b")], Refused = [" ", "a\tb"] },
        Of<NodesOptions>("Nodes:n:Name", nodes => nodes.Nodes.FirstOrDefault()?.Name) with { Accepted = [Same("my node")], Refused = ["\"my node\"", " my node", "my\nnode"] },
        Of<NodesOptions>("Nodes:n:Api:Url", nodes => nodes.Nodes.FirstOrDefault()?.Api.Url) with
        {
            Accepted = [Same("https://node.example.com:3001/a"), Same("http://127.0.0.1:3001")],
            Refused = ["http://node.example.com:3001", "node.example.com", "https://user:secret@node.example.com", "https://node.example.com/?a=b"],
        },
        Of<NodesOptions>("Nodes:n:Api:TokenFile", nodes => nodes.Nodes.FirstOrDefault()?.Api.TokenFile) with
        {
            Beside = new() { ["ThunderStack:Nodes:0:Api:Url"] = "https://node.example.com:3001" },
            Accepted = [Same("/run/secrets/node-a-token")],
            Refused = ["\"/run/secrets/node-a-token\""],
        },
        Of<NodesOptions>("Nodes:n:Unlock:PasswordFile", nodes => nodes.Nodes.FirstOrDefault()?.Unlock.PasswordFile) with
        {
            Beside = new() { ["ThunderStack:Nodes:0:Api:Url"] = "https://node.example.com:3001", ["ThunderStack:Handlers:unlock:Type"] = "Unlock" },
            Accepted = [Same(UnlockFile)],
            Refused = ["/nowhere/password"],
        },
        Of<NodesOptions>("Nodes:n:Unlock:BodyFile", nodes => nodes.Nodes.FirstOrDefault()?.Unlock.BodyFile) with
        {
            Beside = Unlock,
            Accepted = [Same(UnlockFile)],
            Refused = ["/nowhere/body.json", typeof(DocumentedKeys).Assembly.Location],
        },
        Notifier("AtMost", Unlock, "20", ["0", "21", "often"], byDefault: "3"),
        Notifier("Within", Unlock, "7.00:00:00", ["00:00:59", "7.00:00:01", "5"], byDefault: "01:00:00"),
        Of<ThunderStackCloudOptions>("Cloud:BaseAddress", cloud => cloud.BaseAddress) with
        {
            Accepted = [Same("https://cloud-api.test.thunderstack.org"), Same("http://127.0.0.1:8090"), Same("http://localhost:8090")],
            Refused = ["http://cloud-api.thunderstack.org", "ftp://cloud-api.thunderstack.org", "cloud"],
        },
        Of<ThunderStackCloudOptions>("Cloud:ApiToken", cloud => cloud.ApiToken) with { Accepted = [Same("t0ken")], Refused = ["Bearer t0ken"] },
        Of<NodeWatchOptions>("Cloud:NodeApiHosts:n", watch => string.Join(", ", watch.EffectiveNodeApiHosts)) with
        {
            Accepted = [Same("nodes.example.org"), Same("127.0.0.1")],
            Refused = ["https://nodes.example.org", "nodes.example.org:443", "nodes.example.org/a", " "],
        },
        Of<ReconciliationOptions>("Cloud:RepairWebhookUrl", cloud => cloud.RepairWebhookUrl) with
        {
            Beside = new() { ["ThunderStack:Webhook:PublicUrl"] = Public },
            Accepted = [("true", true)],
            Refused = ["perhaps"],
        },
        Of<PublicKeyOptions>("PublicKey:Pinned:n", keys => keys.Pinned) with
        {
            Accepted = [(TestKey.Default.PublicKeyPem, new[] { TestKey.Default.PublicKeyPem }), (Bare(TestKey.Default), new[] { Bare(TestKey.Default) })],
            Refused = ["not a key", Der, "/nowhere/key.pem"],
        },
        Of<PublicKeyOptions>("PublicKey:AlsoFetch", keys => keys.AlsoFetch) with { Accepted = [("true", true)], Refused = ["perhaps"] },
        Time<PublicKeyOptions>("PublicKey:RefreshInterval", keys => keys.RefreshInterval, "00:00:01", "1.00:00:00", "00:00:00", "1.00:00:01"),
        Time<PublicKeyOptions>("PublicKey:RefetchFloor", keys => keys.RefetchFloor, "00:00:01", "01:00:00", "00:00:00", "01:00:01"),
        Time<PublicKeyOptions>("PublicKey:PreviousKeyGrace", keys => keys.PreviousKeyGrace, "00:00:00", "30.00:00:00", "-00:00:01", "30.00:00:01"),
        Of<WebhookOptions>("Webhook:Path", webhook => webhook.Path) with { Accepted = [Same("/in")], Refused = ["in", "/", "/in/", "/in?a=b"] },
        Of<WebhookOptions>("Webhook:SignatureHeader", webhook => webhook.SignatureHeader) with { Accepted = [Same("X-Signed")], Refused = ["X Signed"] },
        Of<WebhookOptions>("Webhook:MaxBodyBytes", webhook => webhook.MaxBodyBytes) with { Accepted = [("2048", 2048)], Refused = ["many"] },
        Of<WebhookOptions>("Webhook:PublicUrl", webhook => webhook.PublicUrl) with
        {
            Accepted = [Same(Public)],
            Refused = ["http://hooks.example.com/webhooks/thunderstack", "hooks.example.com"],
        },
        Of<InboxOptions>("Inbox:Provider", inbox => inbox.Provider) with
        {
            Beside = new() { ["ThunderStack:Inbox:ConnectionString"] = "Host=db" },
            Accepted = [Same("PostgreSql")],
            Refused = ["Oracle"],
        },
        Of<InboxOptions>("Inbox:ConnectionString", inbox => inbox.ConnectionString) with
        {
            Accepted = [Same("Data Source=other/events.db")],
            Refused = [" ", "Data Source=:memory:", "Host=db"],
        },
        Of<PostgreSqlInboxOptions>("Inbox:Schema", inbox => inbox.Schema) with { Beside = PostgreSql, Accepted = [Same("other")], Refused = ["Thunder-Stack"] },
        Of<InboxOptions>("Inbox:Retention", inbox => inbox.Retention) with
        {
            Accepted = [("01:00:00", TimeSpan.FromHours(1)), ("3650.00:00:00", TimeSpan.FromDays(3650))],
            Refused = ["00:59:59", "for ever"],
        },
        Of<SqliteInboxOptions>("Inbox:Synchronous", inbox => inbox.Synchronous) with { Accepted = [Same("Extra"), Same("full")], Refused = ["Normal", "Off"] },
        Of<InboxOptions>("Inbox:AllowDataLoss", inbox => inbox.AllowDataLoss) with
        {
            Beside = new() { ["ThunderStack:Inbox:Synchronous"] = "Normal" },
            Accepted = [("true", true)],
            Refused = ["perhaps"],
        },
        Of<DispatchOptions>("Dispatch:Ordering", dispatch => dispatch.Ordering) with { Accepted = [("None", DeliveryOrdering.None)], Refused = ["Random", "7"] },
        Of<DispatchOptions>("Dispatch:Concurrency", dispatch => dispatch.Concurrency) with { Accepted = [("1", 1), ("1024", 1024)], Refused = ["0", "1025"] },
        Time<DispatchOptions>("Dispatch:HandlerTimeout", dispatch => dispatch.HandlerTimeout, "00:00:00.1", "01:00:00", "00:00:00", "01:00:01"),
        Of<DispatchOptions>("Dispatch:RetryDelays:n", dispatch => dispatch.EffectiveRetryDelays) with
        {
            Accepted = [("00:00:00", new[] { TimeSpan.Zero }), ("7.00:00:00", new[] { TimeSpan.FromDays(7) })],
            Refused = ["-00:00:01", "7.00:00:01", "later"],
        },
        Time<ReconciliationOptions>("Reconciliation:Interval", cloud => cloud.Interval, "00:00:10", "1.00:00:00", "00:00:09", "1.00:00:01"),
        Time<ReconciliationOptions>("Reconciliation:SettlingTime", cloud => cloud.SettlingTime, "00:00:00", "1.00:00:00", "-00:00:01", "1.00:00:01"),
        Of<NodeWatchOptions>("NodeWatch:Enabled", watch => watch.Enabled) with { Accepted = [("false", false)], Refused = ["perhaps"] },
        Time<NodeWatchOptions>("NodeWatch:Interval", watch => watch.Interval, "00:00:10", "1.00:00:00", "00:00:09", "1.00:00:01"),
        new("Handlers:name:Type", services => services.GetRequiredService<IOptions<HandlersOptions>>().Value.Handlers is { Count: > 0 } handlers
            ? handlers["ops"].Type
            : services.GetRequiredService<HandlerCatalog>().Current().Keys.Single())
        {
            Accepted = [Same("Log")],
            Refused = ["Carrier pigeon", "Forward"],
        },
        Of<HandlersOptions>("Handlers:name:Url", handlers => Ops(handlers)?.Settings["Url"]) with
        {
            Beside = Forward,
            Accepted = [Same("https://example.com/a"), Same("http://10.0.0.7/a")],
            Refused = ["example.org", "ftp://example.org", "https://user:password@example.org/a"],
        },
        Of<HandlersOptions>("Handlers:name:Secret", handlers => Ops(handlers)?.Settings.TryGetValue("Secret", out var secret) == true ? secret : null) with
        {
            Beside = Forward,
            Accepted = [Same("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), Same("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
            Refused = ["whsec_***", "whsec_QQ==", "any other text", " "],
        },
        Of<HandlersOptions>("Handlers:name:Format", handlers => Setting(handlers, "Format") ?? "Original") with
        {
            Beside = Forward,
            Accepted = [Same("CloudEvents"), Same("original")],
            Refused = ["Json"],
        },
        Of<HandlersOptions>("Handlers:name:Uri", handlers => Setting(handlers, "Uri")) with
        {
            Beside = RabbitMq,
            Accepted = [Same("amqps://user:p%2Fw@broker.example.org:5671/vhost")],
            Refused = ["http://broker.example.org", "broker.example.org", "amqp://broker.example.org/one/two"],
        },
        Of<HandlersOptions>("Handlers:name:Exchange", handlers => Setting(handlers, "Exchange")) with
        {
            Beside = RabbitMq,
            Accepted = [Same("events"), Same("")],
            Refused = ["\"events\"", new string('e', 128)],
        },
        Of<HandlersOptions>("Handlers:name:RoutingKey", handlers => Setting(handlers, "RoutingKey") ?? "{nodeId}") with
        {
            Beside = RabbitMq,
            Accepted = [Same("thunderstack.{eventType}.{nodeId}"), Same("queue")],
            Refused = ["{status}", "{nodeId", new string('k', 256)],
        },
        Of<HandlersOptions>("Handlers:name:Concurrency", handlers => Ops(handlers)?.Concurrency) with
        {
            Beside = Forward,
            Accepted = [("1", 1), ("1024", 1024)],
            Refused = ["0", "1025", "many"],
        },
        Time<HandlersOptions>("Handlers:name:Timeout", handlers => Ops(handlers)?.Timeout, "00:00:00.1", "00:00:30", "00:00:00", "00:00:31") with { Beside = Forward },
        Of<HandlersOptions>("Handlers:name:RetryDelays:n", handlers => Ops(handlers)?.RetryDelays) with
        {
            Beside = Forward,
            Accepted = [("00:00:00", new[] { TimeSpan.Zero }), ("7.00:00:00", new[] { TimeSpan.FromDays(7) })],
            Refused = ["-00:00:01", "7.00:00:01", "later"],
        },
        Notifier("Title", Webhook, accepted: "{node} is {status}", refused: ["{nobody}", "{", " {node}"]),
        Notifier("Text", Webhook, accepted: "{text} {{see the wiki}}", refused: ["{nobody}", "}"]),
        Notifier("BotToken", Telegram, accepted: "123456:ABC-DEF_ghi", refused: ["token", "bot123456:ABC", " "]),
        Notifier("ChatId", Telegram, accepted: "-1001234567890", refused: ["my chat", "ops", "1.5"]),
        Notifier("BaseAddress", Telegram, accepted: "http://10.0.0.7:8081", refused: ["api.telegram.org"], byDefault: "https://api.telegram.org"),
        Notifier("Smtp:Host", Email, accepted: "10.0.0.7", refused: ["\"smtp.example.org\""]),
        Notifier("Smtp:User", Email, accepted: "alerts@example.org", refused: ["'alerts'"]),
        Notifier("Smtp:Password", Email, accepted: "a secret", refused: [" secret"]),
        Notifier("Smtp:Port", Email, accepted: "465", refused: ["0", "65536", "smtps"], byDefault: "587"),
        Notifier("Smtp:Security", Email, accepted: "Tls", refused: ["Ssl"], byDefault: "StartTls"),
        Notifier("From", Email, accepted: "ThunderStack <alerts@example.org>", refused: ["alerts", "a@example.org, b@example.org"]),
        Notifier("To:n", Email, accepted: "ann@example.org", refused: ["ann", " "]),
        Notifier("Template", Webhook, accepted: "{\"a\":[\"{title}\"]}", refused: ["{title}", "\"{title}\"", "{\"a\":\"{nobody}\"}"]),
        Notifier("Interval", Heartbeat, accepted: "00:00:10", refused: ["00:00:09", "1.00:00:01", "60"], byDefault: "00:01:00"),
        new("Management:PublicUrl", services => services.GetRequiredService<IOptions<NotifyOptions>>().Value.PublicUrl?.OriginalString)
        {
            Accepted = [Same("https://ops.example.com/thunderstack")],
            Refused = ["ops.example.com"],
        },
        new("Management:ApiKeys:name:Key", services => ApiKey(services)?.Key)
        {
            Beside = new() { ["ThunderStack:Management:ApiKeys:ops:Role"] = "Read" },
            Accepted = [Same("0123456789abcdef0123456789abcdef")],
            Refused = ["0123456789abcdef0123456789abcde", "0123456789abcdef 0123456789abcdef", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
        },
        new("Management:ApiKeys:name:Role", services => ApiKey(services)?.Role)
        {
            Beside = new() { ["ThunderStack:Management:ApiKeys:ops:Key"] = "0123456789abcdef0123456789abcdef" },
            Accepted = [("Read", ManagementRole.Read), ("operate", ManagementRole.Operate)],
            Refused = ["Admin", "1"],
        },
        When("Nodes:n") with { Accepted = [Same("node-a")], Refused = ["'node-a'"] },
        When("Statuses:n") with { Accepted = [Same("FAILED")], Refused = ["'FAILED'"] },
        When("EventTypes:n") with { Accepted = [Same("NODE_STATUS_UPDATED")], Refused = ["'NODE_STATUS_UPDATED'"] },
        When("Sources:n") with { Accepted = [Same("Webhook"), Same("observed")], Refused = ["Elsewhere"] },
        When("Conditions:n") with { Accepted = [Same("NodeLocked")], Refused = ["'NodeLocked'"] },
        When("Severities:n") with { Accepted = [Same("Critical"), Same("warning")], Refused = ["Fatal"] },
        When("OnlyChanges", "false") with { Accepted = [Same("true")], Refused = ["perhaps"] },
        When("NotStale", "false") with { Accepted = [Same("true")], Refused = ["perhaps"] },
        Time<ConditionOptions>("Conditions:StuckAfter", conditions => conditions.StuckAfter, "00:00:01", "7.00:00:00", "00:00:00", "7.00:00:01"),
        Of<ConditionOptions>("Conditions:FlappingChanges", conditions => conditions.FlappingChanges) with
        {
            Accepted = [("2", 2), ("100", 100)],
            Refused = ["1", "101", "many"],
        },
        Time<ConditionOptions>("Conditions:FlappingWindow", conditions => conditions.FlappingWindow, "00:01:00", "7.00:00:00", "00:00:59", "7.00:00:01"),
        Time<ConditionOptions>("Conditions:BacklogAfter", conditions => conditions.BacklogAfter, "00:00:01", "7.00:00:00", "00:00:00", "7.00:00:01"),
        Of<ConditionOptions>("Conditions:TellAfter:name", conditions => conditions.TellAfter.TryGetValue("ops", out var wait) ? wait : null) with
        {
            Accepted = [("00:05:00", TimeSpan.FromMinutes(5))], Refused = ["5", "-00:00:01", "7.00:00:01"],
        },
        Time<ConditionOptions>("Conditions:RemindAfter", conditions => conditions.RemindAfter, "00:00:00", "7.00:00:00", "-00:00:01", "7.00:00:01"),
        Of<ProxyOptions>("Proxy:Addresses:n", proxy => proxy.Addresses) with { Accepted = [("10.0.0.7", new[] { "10.0.0.7" })], Refused = ["proxy.local"] },
        Of<ProxyOptions>("Proxy:Networks:n", proxy => proxy.Networks) with { Accepted = [("10.0.0.0/8", new[] { "10.0.0.0/8" })], Refused = ["10.0.0.0/33"] },
        Of<ManagementOptions>("Management:Port", management => management.Port) with
        {
            Accepted = [("0", 0), ("65535", 65535)],
            Refused = ["-1", "65536", "none"],
        },
        Of<ProxyOptions>("Proxy:Hops", proxy => proxy.Hops) with { Accepted = [("1", 1), ("16", 16)], Refused = ["0", "17"] },
    ];

    private static ApiKeyOptions? ApiKey(IServiceProvider services) =>
        services.GetService<IOptions<ManagementApiOptions>>()?.Value.ApiKeys.TryGetValue("ops", out var key) == true ? key : null;

    private static DocumentedKey Of<TOptions>(string key, Func<TOptions, object?> read)
        where TOptions : class => new(key, services => read(services.GetRequiredService<IOptions<TOptions>>().Value));

    private static DocumentedKey Notifier(string key, Dictionary<string, string?> beside, string accepted, string[] refused, string? byDefault = null) =>
        Of<HandlersOptions>(
            $"Handlers:name:{key}",
            handlers => Ops(handlers)?.Settings.TryGetValue(key.Replace(":n", ":0", StringComparison.Ordinal), out var written) == true ? written : byDefault) with
        {
            Beside = beside,
            Accepted = [Same(accepted)],
            Refused = refused,
        };

    private static DocumentedKey Time<TOptions>(string key, Func<TOptions, object?> read, string least, string most, params string[] refused)
        where TOptions : class =>
        Of(key, read) with { Accepted = [(least, Parse(least)), (most, Parse(most))], Refused = [.. refused, "soon"] };

    // A filter is made with its handler; its settings are what is kept of it.
    private static DocumentedKey When(string key, string? @default = null) => Of<HandlersOptions>(
        $"Handlers:name:When:{key}",
        handlers => Ops(handlers)?.Settings.TryGetValue($"When:{key.Replace(":n", ":0", StringComparison.Ordinal)}", out var written) == true ? written : @default) with
    {
        Beside = Forward,
    };

    private static string WriteUnlockFile()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "unlock-body.json");
        File.WriteAllText(file, """{"password":"{{password}}"}""");
        return file;
    }

    private static TimeSpan Parse(string time) => TimeSpan.Parse(time, CultureInfo.InvariantCulture);

    private static (string Written, object Read) Same(string value) => (value, value);

    private static string? Setting(HandlersOptions options, string key) => Ops(options)?.Settings.TryGetValue(key, out var value) == true ? value : null;

    private static HandlerOptions? Ops(HandlersOptions options) => options.Handlers.TryGetValue("ops", out var handler) ? handler : null;

    // The lines of PEM between its markers.
    private static string Bare(TestKey key) => string.Concat(key.PublicKeyPem.Split('\n').Where(line => !line.StartsWith('-')));
}
