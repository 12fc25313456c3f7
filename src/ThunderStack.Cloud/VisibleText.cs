using System.Globalization;
using System.Text;

namespace ThunderStack.Cloud;

/// <summary>
/// Shows what a terminal obeys or hides instead of showing it: control characters, and the invisible ones that turn the
/// direction of what stands beside them, split a line or join letters. Ids, statuses and messages are written by others.
/// </summary>
public static class VisibleText
{
    /// <summary>Writes such characters as <c>\u202e</c>, which is right inside JSON too; line feeds and tabs stay.</summary>
    /// <param name="text">The text.</param>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // Almost always there is none.
        var first = 0;
        while (first < text.Length && IsPlain(text[first]))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var visible = new StringBuilder(text.Length + 16).Append(text, 0, first);
        for (var i = first; i < text.Length;)
        {
            // Of half a surrogate pair one unit is consumed: it is no character, and escaped.
            var isWhole = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) == System.Buffers.OperationStatus.Done;
            for (var end = i + length; i < end; i++)
            {
                _ = isWhole && IsVisible(rune, text, i) ? visible.Append(text[i]) : visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
        }

        return visible.ToString();
    }

    private static bool IsPlain(char c) => c is (>= ' ' and <= '~') or '\n' or '\t';

    private static bool IsVisible(Rune rune, string text, int at) => rune.Value switch
    {
        '\n' or '\t' => true,
        '\r' => at + 1 < text.Length && text[at + 1] == '\n',
        _ => Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator),
    };
}
