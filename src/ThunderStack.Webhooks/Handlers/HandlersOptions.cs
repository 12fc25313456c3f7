using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>Section <c>ThunderStack</c>: the handlers made by configuration. Can be changed without a restart.</summary>
public sealed class HandlersOptions
{
    /// <summary>Handlers by their stable name.</summary>
    /// <value>Empty: one <c>Log</c> handler named <c>log</c>.</value>
    public IDictionary<string, HandlerOptions> Handlers { get; } = new Dictionary<string, HandlerOptions>(StringComparer.Ordinal);

    internal static readonly IReadOnlyList<Setting> Settings =
    [
        Setting.Text("Handlers:*:Type") with { Reloads = true },
        Setting.Text("Handlers:*:Url") with { Reloads = true },
        Setting.Text("Handlers:*:Secret") with { Reloads = true },
    ];
}

/// <summary>One handler made by configuration.</summary>
public sealed class HandlerOptions
{
    /// <summary><c>Log</c> or <c>Forward</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary>For <c>Forward</c>: the absolute URL that events are posted to. Never logged whole: its path may be a secret.</summary>
    /// <value><see langword="null"/>.</value>
    public string? Url { get; set; }

    /// <summary>
    /// For <c>Forward</c>: the secret of Standard Webhooks signatures: base64 of at least 24 bytes, with or without <c>whsec_</c> before it. Never logged.
    /// </summary>
    /// <value><see langword="null"/>: no such signature is added.</value>
    public string? Secret { get; set; }
}
