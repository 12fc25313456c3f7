namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>The parameters of every list that has pages.</summary>
internal static class Paging
{
    public static readonly IReadOnlyList<QueryParameter> Parameters =
    [
        new("limit", "How many at most: 1 to 500, 100 by default. A page may be short, or empty, and still have a next one."),
        new("cursor", "next of the page before."),
    ];
}
