using ThunderStack.Webhooks.Management.Routing;

namespace ThunderStack.Webhooks.Dashboard.Tests;

/// <summary>An address for every page that is mapped: one that shows something.</summary>
internal sealed class PageAddresses
{
    private readonly DashboardReceiver _receiver;
    private readonly string _eventId;
    private readonly Dictionary<string, string> _queries;

    public PageAddresses(DashboardReceiver receiver, string eventId, long resultAt)
    {
        (_receiver, _eventId) = (receiver, eventId);

        // Pages that need to be told what to show; any other is opened without a query.
        _queries = new(StringComparer.Ordinal)
        {
            ["/events/{eventId}"] = "?verify=true",
            ["/dead-letters/replay"] = "?handler=hook",
            ["/dead-letters/discard"] = $"?handler=hook&e0={eventId}",
            ["/dead-letters/result"] = $"?at={resultAt}",
        };
    }

    /// <summary>The pages that a person opens: with the lists that have filters once more with one of them set.</summary>
    public IReadOnlyList<string> Pages =>
    [
        .. Routes(route => route.Method == HttpMethod.Get.Method && route.Pattern != "/assets/{name}").Select(Of).Distinct(),
        "/events?state=deadLettered&status=FAILED", "/dead-letters?handler=hook&errorCode=dead_letter", "/nodes/node-b", "/sign-in?return=%2Fevents",
    ];

    /// <summary>Every route that is for people.</summary>
    public IReadOnlyList<ManagementRoute> Routes(Func<ManagementRoute, bool> which) => [.. _receiver.Routes.Where(route => route.IsPage).Where(which)];

    /// <summary>The address of a page, or of what a form is sent to.</summary>
    public string Of(ManagementRoute route) => route.Pattern
        .Replace("{eventId}", _eventId, StringComparison.Ordinal)
        .Replace("{nodeId}", "node-a", StringComparison.Ordinal)
        .Replace("{name}", "quiet", StringComparison.Ordinal)
        .Replace("{action}", "start", StringComparison.Ordinal) + (route.Method == HttpMethod.Get.Method ? _queries.GetValueOrDefault(route.Pattern, "") : "");
}
