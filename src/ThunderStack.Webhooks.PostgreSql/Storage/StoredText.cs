using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>
/// Text as the tables keep it. PostgreSQL has no room for U+0000 and nothing has for half a surrogate pair, so these are
/// written <c>\u0000</c>, and a backslash <c>\\</c>. Everything else is as it came, readable in psql.
/// </summary>
internal static class StoredText
{
    private const int EscapeLength = 6;

    // Surrogates are rare enough that text with any takes the slow way.
    private static readonly SearchValues<char> Special =
        SearchValues.Create(['\\', '\0', .. Enumerable.Range(0xD800, 0x800).Select(value => (char)value)]);

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Encode(string? text)
    {
        if (text is null || !text.AsSpan().ContainsAny(Special))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + EscapeLength);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\')
            {
                encoded.Append(@"\\");
            }
            else if (char.IsSurrogate(c) && i + 1 < text.Length && char.IsSurrogatePair(c, text[i + 1]))
            {
                encoded.Append(c).Append(text[++i]);
            }
            else if (c == '\0' || char.IsSurrogate(c))
            {
                encoded.Append(@"\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
            }
            else
            {
                encoded.Append(c);
            }
        }

        return encoded.ToString();
    }

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Decode(string? text)
    {
        if (text is null || !text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                decoded.Append(text[i]);
            }
            else if (text[i + 1] == '\\')
            {
                decoded.Append('\\');
                i++;
            }
            else
            {
                decoded.Append((char)int.Parse(text.AsSpan(i + 2, EscapeLength - 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += EscapeLength - 1;
            }
        }

        return decoded.ToString();
    }
}
