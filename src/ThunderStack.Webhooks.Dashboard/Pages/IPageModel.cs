using ThunderStack.Webhooks.Management.Conditions;

namespace ThunderStack.Webhooks.Dashboard.Pages;

/// <summary>What a page shows, and what the frame around it has to know of that.</summary>
internal interface IPageModel
{
    /// <summary>The page's name, in the browser's tab.</summary>
    string Title { get; }

    /// <summary>The part of the dashboard that it belongs to.</summary>
    Section Section => Section.None;

    /// <summary>
    /// The messages of the live stream after which the page is not right any more: <c>event</c>, <c>delivery</c>, <c>condition</c>, with spaces
    /// between. The script then asks for the page again, and swaps every element that has an id and <c>data-live</c>.
    /// </summary>
    string Live => "";

    /// <summary>The open conditions, when the page has asked for them already; otherwise the frame asks, to count them.</summary>
    IReadOnlyList<ConditionView>? Conditions => null;
}

/// <summary>The parts of the dashboard, in the order of the navigation.</summary>
internal enum Section
{
    /// <summary>None of them.</summary>
    None = 0,

    Overview,
    Nodes,
    Events,
    DeadLetters,
    Handlers,
    Refusals,
    Audit,
    Settings,
}
