namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Section <c>ThunderStack:Proxy</c>: whose <c>X-Forwarded-*</c> headers are believed. Empty: nobody's.</summary>
public sealed class ProxyOptions
{
    /// <summary>Addresses of proxies, such as <c>10.0.0.7</c>.</summary>
    /// <value>Empty.</value>
    public IList<string> Addresses { get; } = [];

    /// <summary>Networks of proxies in CIDR notation, such as <c>10.0.0.0/8</c>.</summary>
    /// <value>Empty.</value>
    public IList<string> Networks { get; } = [];

    /// <summary>How many proxies stand one behind the other.</summary>
    /// <value>1.</value>
    public int Hops { get; set; } = 1;
}
