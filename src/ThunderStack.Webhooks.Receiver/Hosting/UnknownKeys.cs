using System.Collections.Frozen;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Finds settings that nothing reads: a misspelled key would otherwise be silently ignored.</summary>
internal static class UnknownKeys
{
    /// <summary>A section of later versions: what is in it is spelled right, and does nothing.</summary>
    public const string Management = "Management";

    private const string AnyName = "*";

    private static readonly FrozenDictionary<string, string[]> Known = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
    {
        [""] = ["Nodes", "Cloud", "PublicKey", "Webhook", "Inbox", "Dispatch", "Handlers", "Proxy", "Reconciliation", Management],
        ["Nodes:*"] = ["NodeId", "Name"],
        ["Cloud"] = ["BaseAddress", "ApiToken", "RepairWebhookUrl"],
        ["PublicKey"] = ["Pinned", "AlsoFetch", "RefreshInterval", "RefetchFloor", "PreviousKeyGrace"],
        ["Webhook"] = ["Path", "PublicUrl", "SignatureHeader", "MaxBodyBytes"],
        ["Inbox"] = ["Provider", "ConnectionString", "Retention", "AllowDataLoss", "Synchronous", "Schema"],
        ["Dispatch"] = ["Ordering", "Concurrency", "HandlerTimeout", "RetryDelays"],
        ["Handlers:*"] = ["Type", "Url", "Secret"],
        ["Proxy"] = ["Addresses", "Networks", "Hops"],
        ["Reconciliation"] = ["Interval", "SettlingTime"],
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every setting that something reads, with <c>*</c> for a number or a name: <c>Nodes:*:NodeId</c>.</summary>
    public static IEnumerable<string> KnownKeys =>
        Known.Where(section => section.Key.Length > 0).SelectMany(section => section.Value.Select(key => $"{section.Key}:{key}"));

    public static IEnumerable<string> Find(IConfigurationSection root) => Find(root, "");

    private static IEnumerable<string> Find(IConfigurationSection section, string path)
    {
        foreach (var child in section.GetChildren())
        {
            var isNamed = Known.ContainsKey(Join(path, AnyName));
            var childPath = Join(path, isNamed ? AnyName : child.Key);
            if (!isNamed && Known.TryGetValue(path, out var keys) && !keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                yield return child.Path;
            }
            else if (Known.ContainsKey(childPath) || Known.ContainsKey(Join(childPath, AnyName)))
            {
                foreach (var unknown in Find(child, childPath))
                {
                    yield return unknown;
                }
            }
        }
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";
}
