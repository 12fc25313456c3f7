namespace ThunderStack.Cloud.NodeApi;

/// <summary>Where a node's own API is, and the token that it wants.</summary>
public sealed class NodeApiEndpoint
{
    /// <summary>Names the endpoint.</summary>
    /// <param name="url">
    /// The node's <c>invoke_url</c>, or an address such as <c>http://127.0.0.1:3001</c>; paths such as <c>/nodeinfo</c> are added to it.
    /// </param>
    /// <param name="token">Sent as <c>Authorization: Bearer</c> to this endpoint only; <see langword="null"/> or empty: none.</param>
    /// <exception cref="ArgumentException">
    /// The URL is not an absolute http or https URL, or holds a user, a query or a fragment; or a token would travel over plain http to
    /// another machine, or holds characters that no header can carry.
    /// </exception>
    public NodeApiEndpoint(Uri url, string? token = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            throw new ArgumentException("A node's API has an absolute http or https URL.", nameof(url));
        }

        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw new ArgumentException("The URL of a node's API holds no user, query or fragment.", nameof(url));
        }

        Url = url;
        Token = string.IsNullOrEmpty(token) ? null : token;
        if (Token?.Any(c => c is <= ' ' or >= '\x7f') == true)
        {
            throw new ArgumentException("A token is printable ASCII without white space.", nameof(token));
        }

        if (Token is not null && !IsConfidential)
        {
            throw new ArgumentException("A token needs https, or http to a loopback address.", nameof(url));
        }
    }

    /// <summary>The address of the API.</summary>
    public Uri Url { get; }

    /// <summary>Whether passwords and tokens may be sent there: over https, or to this machine.</summary>
    public bool IsConfidential => Url.Scheme == Uri.UriSchemeHttps || Url.IsLoopback;

    internal string? Token { get; }

    /// <summary>The address, without the token.</summary>
    public override string ToString() => Url.AbsoluteUri;

    internal Uri At(string path) => new(Url.AbsoluteUri.TrimEnd('/') + path);
}
