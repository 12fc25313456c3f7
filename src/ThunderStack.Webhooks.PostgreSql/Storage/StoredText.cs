using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>
/// Text as the tables keep it. PostgreSQL has no room for U+0000 and nothing has for half a surrogate pair, so these are
/// written <c>\u0000</c>, and a backslash <c>\\</c>. Everything else is as it came, readable in psql.
/// </summary>
internal static partial class StoredText
{
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Encode(string? text) => text is null
        ? null
        : Special().Replace(text, static match => match.Value == @"\" ? @"\\" : string.Create(CultureInfo.InvariantCulture, $@"\u{(int)match.Value[0]:X4}"));

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Decode(string? text) => text is null
        ? null
        : Escaped().Replace(text, static match => match.Value == @"\\"
            ? @"\"
            : ((char)int.Parse(match.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    [GeneratedRegex(@"\\|\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]", RegexOptions.CultureInvariant)]
    private static partial Regex Special();

    [GeneratedRegex(@"\\\\|\\u[0-9A-F]{4}", RegexOptions.CultureInvariant)]
    private static partial Regex Escaped();
}
