namespace ThunderStack.Webhooks.Dashboard.Pages;

/// <summary>What came of something that a person did, told once on the next page.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="IsProblem">Whether it went wrong.</param>
/// <param name="Link">The path of what it can be looked at by.</param>
/// <param name="LinkText">What the link says.</param>
internal sealed record Notice(string Text, bool IsProblem = false, string? Link = null, string? LinkText = null);
