namespace ThunderStack.Webhooks.Dashboard.Layout;

/// <summary>What a page says that could not be shown.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Detail">What happened and what to do.</param>
/// <param name="Request">What to search the log for.</param>
internal sealed record ProblemModel(int Status, string Detail, string Request) : IPageModel
{
    /// <summary>The same in a few words.</summary>
    public string Title => Status switch
    {
        400 => "This cannot be meant",
        401 => "Not let in",
        403 => "Your key may not do this",
        404 => "There is no such page",
        409 => "Not now",
        413 => "Too long",
        421 => "Not this receiver’s name",
        429 => "Too many attempts",
        502 => "The other side did not do it",
        503 => "Not possible at the moment",
        _ => "Something failed",
    };

    /// <summary>Whether the log knows more.</summary>
    public bool IsOurs => Status >= 500;
}
