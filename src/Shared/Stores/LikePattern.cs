namespace ThunderStack.Webhooks.Stores;

/// <summary>Text of a person in the pattern of a <c>LIKE</c>.</summary>
internal static class LikePattern
{
    /// <summary>Has each character mean itself, with a backslash as the escape.</summary>
    public static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);
}
