using System.Buffers;
using System.Text;

namespace ThunderStack.Webhooks.Management.Events;

/// <summary>RFC 4180, with text that a spreadsheet would take for a formula made harmless.</summary>
internal static class CsvLine
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\",\r\n\t'");

    public static string Of(params IReadOnlyList<string?> values)
    {
        var line = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0)
            {
                line.Append(',');
            }

            Append(line, values[i] ?? "");
        }

        return line.Append("\r\n").ToString();
    }

    private static void Append(StringBuilder line, string value)
    {
        // Spreadsheets trim before they look; a quotation mark is no protection.
        if (value.TrimStart() is [var first, ..] && first is '=' or '+' or '-' or '@' or '\uff1d' or '\uff0b' or '\uff0d' or '\uff20' || value is ['\t' or '\r' or '\n', ..])
        {
            value = "'" + value;
        }

        if (value.AsSpan().IndexOfAny(Special) < 0)
        {
            line.Append(value);
            return;
        }

        line.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
