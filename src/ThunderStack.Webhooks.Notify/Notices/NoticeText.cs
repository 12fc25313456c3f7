using ThunderStack.Cloud;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>Text of others, as it may stand in a message: nothing invisible, nothing too long.</summary>
internal static class NoticeText
{
    // What one character can become when it is escaped: & in HTML.
    private const int LongestEscape = 5;

    /// <summary>Several lines: line feeds and tabs stay, everything else that is invisible is shown as <c>\u202e</c>.</summary>
    public static string Lines(string text) => VisibleText.Escape(text.ReplaceLineEndings("\n").Trim());

    /// <summary>One line.</summary>
    public static string Line(string text) => VisibleText.Escape(OneLine.Of(text, text.Length).Trim());

    /// <summary>At most so many characters, the last an ellipsis where something was cut, never between the halves of a surrogate pair.</summary>
    public static string Fit(string text, int limit) => Fit(text, limit, static shown => shown);

    /// <summary>At most so many characters after escaping, so that no escape is cut.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">The most characters that the result may have; at least 1.</param>
    /// <param name="escape">Makes the text longer, by a factor of up to 5, or leaves it.</param>
    public static string Fit(string text, int limit, Func<string, string> escape)
    {
        for (var length = Math.Min(text.Length, limit); ;)
        {
            var escaped = escape(length == text.Length ? text : $"{text.AsSpan(0, OneLine.LengthOf(text, length - 1))}…");
            if (escaped.Length <= limit)
            {
                return escaped;
            }

            var excess = escaped.Length - limit;
            length -= (excess + LongestEscape - 1) / LongestEscape;
        }
    }
}
