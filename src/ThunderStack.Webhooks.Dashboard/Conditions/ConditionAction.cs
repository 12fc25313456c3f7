using ThunderStack.Webhooks.Management.Conditions;

namespace ThunderStack.Webhooks.Dashboard.Conditions;

/// <summary>What can be done about a condition from here.</summary>
/// <param name="Text">What the link or the button says.</param>
/// <param name="Path">Where it leads, with the path below which all pages are.</param>
/// <param name="IsForm">Whether it does it at once, as a form.</param>
internal sealed record ConditionAction(string Text, string Path, bool IsForm = false)
{
    /// <summary>What helps, the first first. Whoever may only look sees where to look.</summary>
    public static IReadOnlyList<ConditionAction> Of(ConditionView condition, PageContext page, ConditionContext? context) =>
        [.. Look(condition, page), .. page.MayOperate ? Act(condition, page, context) : []];

    /// <summary>What a condition is about, as a place to look.</summary>
    public static string? SubjectLink(ConditionView condition, PageContext page) => condition.NodeId is { } node ? page.NodeLink(node)
        : condition.Kind is "deadLetters" ? page.Link("/dead-letters", ("handler", condition.Subject))
        : condition.Kind is "handlerFailing" or "backlog" ? page.Link("/handlers")
        : null;

    private static IEnumerable<ConditionAction> Look(ConditionView condition, PageContext page)
    {
        switch (condition.Kind)
        {
            case "deadLetters":
                yield return new("Review", page.Link("/dead-letters", ("handler", condition.Subject)));
                break;
            case "handlerFailing":
                yield return new("See what fails", page.Link("/events", ("handler", condition.Subject), ("state", "scheduled")));
                break;
            case "backlog":
                yield return new("See what waits", page.Link("/events", ("handler", condition.Subject), ("state", "pending")));
                break;
            case "laneBlocked" when condition.NodeId is { } node && condition.Subject.Split('/') is [var handler, ..]:
                yield return new("See what waits", page.Link("/events", ("node", node), ("handler", handler), ("state", "scheduled")));
                break;
            case var _ when condition.NodeId is { } node:
                yield return new("View node", page.NodeLink(node));
                break;
        }
    }

    private static IEnumerable<ConditionAction> Act(ConditionView condition, PageContext page, ConditionContext? context)
    {
        switch (condition.Kind)
        {
            case "nodeFailed" when condition.NodeId is { } node:
                yield return new("Fetch logs", $"/nodes/{Uri.EscapeDataString(node)}/logs", IsForm: true);
                yield return new("Restart", page.NodeLink(node, "/restart"));
                break;
            case "nodeUnreachable" or "nodeFlapping" or "nodeStuck" when condition.NodeId is { } node:
                yield return new("Fetch logs", $"/nodes/{Uri.EscapeDataString(node)}/logs", IsForm: true);
                break;
            case "nodePaused" when condition.NodeId is { } node:
                yield return new("Start", $"/nodes/{Uri.EscapeDataString(node)}/start", IsForm: true);
                break;
            case "nodeLocked" when condition.NodeId is { } node:
                yield return new("Unlock", page.NodeLink(node, "/unlock"));
                break;
            case "webhookUrlDrifted" when condition.NodeId is { } node:
                yield return new("Set webhook URL", page.NodeLink(node, "/webhook-url"));
                break;
            case "deadLetters":
                yield return new(context?.DeadLettersOf(condition.Subject) is > 0 and var count ? $"Replay {count:#,0}" : "Replay", page.Link("/dead-letters/replay", ("handler", condition.Subject)));
                break;
            case "keyStale":
                yield return new("Fetch the key now", "/key/refresh", IsForm: true);
                break;
        }
    }
}
