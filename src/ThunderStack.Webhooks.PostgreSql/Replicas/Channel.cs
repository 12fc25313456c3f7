using System.Globalization;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>What replicas tell each other: who speaks, and for which nodes something came; <c>*</c> for any.</summary>
internal static class Channel
{
    // PostgreSQL takes less than 8000 bytes; a number and its comma are at most 11.
    private const int MaxNodes = 500;
    private const string Any = "*";

    public static string NameOf(SchemaName schema) => $"thunderstack_{schema.Value}";

    public static string Write(Guid replica, IReadOnlyCollection<int>? nodes) =>
        $"{replica:n}:{(nodes is null || nodes.Count > MaxNodes ? Any : string.Join(',', nodes))}";

    /// <summary>Reads what another replica said: a hint, of which nothing depends. Null nodes: any.</summary>
    public static (Guid Replica, int[]? Nodes) Read(string payload)
    {
        var parts = payload.Split(':', 2);
        _ = Guid.TryParse(parts[0], out var replica);
        var nodes = parts[^1].Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var node) ? node : 0);
        return (replica, parts[^1] == Any ? null : [.. nodes.Where(node => node > 0)]);
    }
}
