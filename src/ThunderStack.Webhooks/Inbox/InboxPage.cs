namespace ThunderStack.Webhooks.Inbox;

/// <summary>A page of a longer list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Next">The cursor of the next page; <see langword="null"/> when this was the last.</param>
public sealed record InboxPage<T>(IReadOnlyList<T> Items, string? Next);
