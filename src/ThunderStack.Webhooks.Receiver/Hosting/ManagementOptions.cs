namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Section <c>ThunderStack:Management</c>: the second port.</summary>
public sealed class ManagementOptions
{
    internal const string PortKey = "ThunderStack:Management:Port";

    /// <summary>
    /// The port that answers <c>/healthz/*</c>, <c>/metrics</c> and, where the section has <c>ApiKeys</c>, the management API, whatever happens
    /// to the one for webhooks; 0 for none.
    /// </summary>
    /// <value>8081.</value>
    public int Port { get; set; } = 8081;
}
