using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Cli.Webhook;

namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>Whether the configured nodes exist, and whether the cloud posts their events here.</summary>
internal static class NodesCheck
{
    public const string NodesName = "nodes";
    public const string UrlName = "webhook url";

    public static IEnumerable<Finding> Run(ReceiverSettings settings, IReadOnlyList<CloudNode>? account, Uri? url)
    {
        if (account is null)
        {
            return [Finding.Skip(NodesName, "the cloud does not tell its nodes"), Finding.Skip(UrlName, "the cloud does not tell its nodes")];
        }

        var known = account.ToDictionary(node => node.NodeId, StringComparer.Ordinal);
        var configured = settings.Nodes.Nodes.Select(node => node.NodeId).ToList();
        return [.. CheckExistence(settings, configured, known), .. CheckUrls(settings, configured, known, url), .. CheckStrangers(configured, known, url)];
    }

    private static IEnumerable<Finding> CheckExistence(ReceiverSettings settings, List<string> configured, Dictionary<string, CloudNode> known)
    {
        var missing = configured.Where(id => !known.ContainsKey(id)).ToList();
        return missing.Count > 0
            ? missing.Select(id => Finding.Fail(
                NodesName, $"the account has no node {settings.DisplayNameOf(id)}", "correct ThunderStack:Nodes (thunderstack nodes list), or use the token of the account that has it"))
            : configured.Where(id => IsGone(known[id])).ToList() is { Count: > 0 } gone
                ? gone.Select(id => Finding.Fail(NodesName, $"{settings.DisplayNameOf(id)} is destroyed", "take it out of ThunderStack:Nodes, which needs no restart"))
            : [Finding.Pass(NodesName, configured.Count == 1 ? "the cloud knows the one configured" : $"the cloud knows all {configured.Count} configured")];
    }

    private static IEnumerable<Finding> CheckUrls(ReceiverSettings settings, List<string> configured, Dictionary<string, CloudNode> known, Uri? url)
    {
        var wrong = 0;
        foreach (var node in configured.Where(known.ContainsKey).Select(id => known[id]).Where(node => !IsGone(node)))
        {
            if (Judge(node, settings.DisplayNameOf(node.NodeId), url) is { } finding)
            {
                wrong++;
                yield return finding;
            }
        }

        if (wrong == 0)
        {
            yield return url is null
                ? Finding.Skip(UrlName, "this receiver's public URL is not known: name it with --url, or set ThunderStack:Webhook:PublicUrl")
                : Finding.Pass(UrlName, $"every configured node posts to {url.AbsoluteUri}");
        }
    }

    private static Finding? Judge(CloudNode node, string name, Uri? url)
    {
        var target = url?.AbsoluteUri ?? "URL";
        var remedy = $"thunderstack webhook set {node.NodeId} {target}";
        var actual = node.Settings?.WebhookUrl;
        return string.IsNullOrEmpty(actual) ? Finding.Fail(UrlName, $"{name} has none: the cloud posts its events nowhere", remedy)
            : WebhookUrl.ProblemOf(actual) is { } problem ? Finding.Fail(UrlName, $"the one of {name}, {actual}, {problem}", remedy)
            : url is not null && !IsOurs(actual, node.NodeId, url) ? Finding.Fail(UrlName, $"{name} posts to {actual}, not to {target}", remedy)
            : null;
    }

    // What the cloud posts here and this receiver refuses.
    private static IEnumerable<Finding> CheckStrangers(List<string> configured, Dictionary<string, CloudNode> known, Uri? url) => url is null
        ? []
        : known.Values.ExceptBy(configured, node => node.NodeId, StringComparer.Ordinal)
            .Where(node => node.Settings?.WebhookUrl is { Length: > 0 } actual && IsOurs(actual, node.NodeId, url))
            .Select(node => Finding.Fail(
                NodesName, $"{node.NodeId} posts here but is not configured: its events are answered 403", "add it to ThunderStack:Nodes, which needs no restart"));

    private static bool IsGone(CloudNode node) => node.Status == CloudNodeStatus.Destroyed || node.Status == CloudNodeStatus.Destroying;

    /// <summary>The URL of all nodes, or below it the node's own.</summary>
    private static bool IsOurs(string actual, string nodeId, Uri url) =>
        Uri.TryCreate(actual, UriKind.Absolute, out var given)
        && (given.AbsoluteUri == url.AbsoluteUri
            || given.AbsoluteUri == $"{url.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(nodeId)}"
            || $"{given.AbsoluteUri}/{Uri.EscapeDataString(nodeId)}" == url.AbsoluteUri);
}
