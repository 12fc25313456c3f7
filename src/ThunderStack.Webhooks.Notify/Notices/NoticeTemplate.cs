using System.Text;
using System.Text.RegularExpressions;

namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>Text with placeholders such as <c>{node}</c>; a brace of its own is written twice.</summary>
internal sealed partial class NoticeTemplate
{
    private readonly string _text;

    private NoticeTemplate(string text) => _text = text;

    public static NoticeTemplate? Of(string? text) => string.IsNullOrEmpty(text) ? null : new NoticeTemplate(text);

    /// <summary>What is wrong with it, beginning with a verb, for a setting.</summary>
    public static string? Problem(string text)
    {
        var matches = Pieces().Matches(text);
        return matches.Any(match => match.Value is "{" or "}") ? "has a brace that belongs to no placeholder: write it twice"
            : matches.Any(match => match.Groups["name"] is { Success: true, Value: var name } && !NoticePlaceholders.All.Contains(name))
                ? $"has an unknown placeholder: write {string.Join(", ", NoticePlaceholders.All.SkipLast(1).Select(name => $"{{{name}}}"))} or {{{NoticePlaceholders.All[^1]}}}"
            : null;
    }

    public string Fill(IReadOnlyDictionary<string, string> values)
    {
        var filled = new StringBuilder();
        var end = 0;
        foreach (Match match in Pieces().Matches(_text))
        {
            filled.Append(_text, end, match.Index - end);
            filled.Append(match.Groups["name"] is { Success: true, Value: var name } ? values.GetValueOrDefault(name, "") : match.Value[..1]);
            end = match.Index + match.Length;
        }

        return filled.Append(_text, end, _text.Length - end).ToString();
    }

    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[A-Za-z]+)\}|[{}]")]
    private static partial Regex Pieces();
}
