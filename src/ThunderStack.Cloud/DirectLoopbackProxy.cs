using System.Net;

namespace ThunderStack.Cloud;

/// <summary>
/// The system's proxy, except for loopback: plain http is allowed there only, and must not carry the token out of the machine.
/// </summary>
internal sealed class DirectLoopbackProxy(IWebProxy inner) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => inner.Credentials;
        set => inner.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : inner.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || inner.IsBypassed(host);
}
