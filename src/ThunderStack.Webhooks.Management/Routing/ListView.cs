namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>A list, or a page of one.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">What is on it, the newest first unless its route says otherwise.</param>
/// <param name="Next">The cursor of the next page; <see langword="null"/> when there is none.</param>
public sealed record ListView<T>(IReadOnlyList<T> Items, string? Next = null);
