using System.Net;

namespace ThunderStack.Webhooks.Management.Access;

/// <summary>
/// The names that this server answers to: that of <c>Management:PublicUrl</c>, this machine's, and addresses. Any other is a name that
/// somebody made to mean this machine, so that a web page of theirs reaches it (DNS rebinding).
/// </summary>
internal sealed class HostNames(Uri? publicUrl, string machine)
{
    public bool IsOwn(string host) =>
        host.Length > 0
        && (IPAddress.TryParse(host, out _)
            || Same(host, "localhost")
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || Same(host, machine)
            || IsPublic(host));

    /// <summary>Whether this is the name in <c>Management:PublicUrl</c>.</summary>
    public bool IsPublic(string host) => publicUrl is not null && Same(host.TrimEnd('.'), publicUrl.IdnHost);

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
