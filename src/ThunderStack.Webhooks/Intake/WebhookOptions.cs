using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Intake;

/// <summary>Section <c>ThunderStack:Webhook</c>: the endpoint.</summary>
public sealed class WebhookOptions
{
    /// <summary>The path that webhooks are posted to; below it, <c>/{nodeId}</c> is each node's own.</summary>
    /// <value><c>/webhooks/thunderstack</c>.</value>
    public string Path { get; set; } = "/webhooks/thunderstack";

    /// <summary>
    /// The URL at which the cloud reaches this receiver, such as <c>https://hooks.example.com/webhooks/thunderstack</c>. Only
    /// needed to notice a node in the cloud that posts elsewhere.
    /// </summary>
    /// <value><see langword="null"/>: not compared.</value>
    public string? PublicUrl { get; set; }

    /// <summary>The header with the signature.</summary>
    /// <value><c>X-ThunderStack-Signature</c>.</value>
    public string SignatureHeader { get; set; } = "X-ThunderStack-Signature";

    /// <summary>The largest body accepted, in bytes, from 1,024 to 1,048,576.</summary>
    /// <value>65,536.</value>
    public int MaxBodyBytes { get; set; } = 65_536;

    internal static readonly IReadOnlyList<Setting> Settings =
    [
        Setting.Text("Webhook:Path", "/webhooks/thunderstack"),
        Setting.Text("Webhook:PublicUrl"),
        Setting.Text("Webhook:SignatureHeader", "X-ThunderStack-Signature"),
        Setting.Number("Webhook:MaxBodyBytes", 65_536),
    ];
}
