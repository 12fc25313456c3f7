namespace ThunderStack.Webhooks.Emulator.Nodes;

/// <summary>What <c>POST /api/nodes</c> is asked.</summary>
internal sealed record CreateNodeRequest(string? Name, string? Network, NodeSettingsRequest? Settings)
{
    private static readonly string[] Networks = ["regtest", "testnet", "bitfinex_regtest"];

    /// <summary>What is wrong with it, if anything.</summary>
    public string? Problem() => this switch
    {
        { Name: null or "" } => "name is required",
        { Network: null or "" } => "network is required",
        _ when !Networks.Contains(Network) => $"network must be one of {string.Join(", ", Networks)}",
        _ => Settings?.Problem(),
    };
}

/// <summary>What <c>DELETE /api/nodes</c> is asked.</summary>
internal sealed record DestroyNodeRequest(string? DestroyNodeId);

/// <summary>What <c>POST /api/nodes/{id}/settings</c> is asked.</summary>
internal sealed record UpdateSettingsRequest(NodeSettingsRequest? Settings);

/// <summary>What a node's owner wants to set. An empty URL is none.</summary>
internal sealed record NodeSettingsRequest(string? WebhookUrl)
{
    public Uri? Url => string.IsNullOrEmpty(WebhookUrl) ? null : new Uri(WebhookUrl);

    /// <summary>What is wrong with it, if anything.</summary>
    public string? Problem() => string.IsNullOrEmpty(WebhookUrl) || Sending.WebhookUrl.TryParse(WebhookUrl, out _)
        ? null
        : $"settings.webhookUrl must be {Sending.WebhookUrl.Expected}";
}
