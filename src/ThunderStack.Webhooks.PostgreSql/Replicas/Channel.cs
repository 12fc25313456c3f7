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
        $"{replica:n}:"
        + (nodes is null || nodes.Count > MaxNodes ? Any : string.Join(',', nodes.Select(node => node.ToString(CultureInfo.InvariantCulture))));

    /// <summary>Reads what another replica said. Null nodes: any. False: nothing that one of them would say.</summary>
    public static bool TryRead(string payload, out Guid replica, out int[]? nodes)
    {
        nodes = null;
        var colon = payload.IndexOf(':', StringComparison.Ordinal);
        if (!Guid.TryParseExact(colon < 0 ? "" : payload[..colon], "n", out replica))
        {
            return false;
        }

        var text = payload[(colon + 1)..];
        if (text == Any)
        {
            return true;
        }

        var numbers = new List<int>();
        foreach (var number in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var node))
            {
                return false;
            }

            numbers.Add(node);
        }

        nodes = [.. numbers];
        return true;
    }
}
