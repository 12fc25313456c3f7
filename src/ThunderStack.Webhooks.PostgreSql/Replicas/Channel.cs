using System.Globalization;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>What replicas tell each other: who speaks, and for which nodes something came; for any, when none is named.</summary>
internal static class Channel
{
    // PostgreSQL takes less than 8000 bytes; a number and its comma are at most 11.
    private const int MaxNodes = 500;

    public static string NameOf(SchemaName schema) => $"thunderstack_{schema.Value}";

    public static string Write(long replica, IReadOnlyCollection<int>? nodes) =>
        string.Create(CultureInfo.InvariantCulture, $"{replica}:")
        + (nodes is null || nodes.Count > MaxNodes ? "" : string.Join(',', nodes.Select(node => node.ToString(CultureInfo.InvariantCulture))));

    /// <summary>Reads what another replica said. Null nodes: any. False: nothing that one of them would say.</summary>
    public static bool TryRead(string payload, out long replica, out int[]? nodes)
    {
        nodes = null;
        var colon = payload.IndexOf(':', StringComparison.Ordinal);
        if (!long.TryParse(colon < 0 ? "" : payload[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out replica))
        {
            return false;
        }

        var numbers = new List<int>();
        foreach (var number in payload[(colon + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var node))
            {
                return false;
            }

            numbers.Add(node);
        }

        nodes = numbers.Count > 0 ? [.. numbers] : null;
        return true;
    }
}
