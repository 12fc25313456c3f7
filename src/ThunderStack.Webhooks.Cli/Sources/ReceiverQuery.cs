using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Sources;

/// <summary>Writes the parameters of the management API.</summary>
internal static class ReceiverQuery
{
    public static IReadOnlyList<(string Name, string? Value)> Of(EventFilter filter) =>
    [
        ("node", filter.NodeId?.Value),
        ("type", filter.EventType),
        ("from", filter.From?.UtcDateTime.ToString("O")),
        ("to", filter.To?.UtcDateTime.ToString("O")),
    ];

    public static string Write(string path, IEnumerable<(string Name, string? Value)> query)
    {
        var given = query.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}").ToList();
        return given.Count == 0 ? path : $"{path}?{string.Join('&', given)}";
    }
}
