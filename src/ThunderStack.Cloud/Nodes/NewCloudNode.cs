namespace ThunderStack.Cloud.Nodes;

/// <summary>A node to create.</summary>
public sealed record NewCloudNode
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The network that it is to be on.</summary>
    public required CloudNetwork Network { get; init; }

    /// <summary>Where the cloud posts its events, from the first on.</summary>
    /// <value><see langword="null"/>: nowhere, until <see cref="CloudNodesClient.SetWebhookUrlAsync"/>.</value>
    public Uri? WebhookUrl { get; init; }
}
