using System.Text;

namespace ThunderStack.Cloud.Transport;

/// <summary>Shows a server's own words to a person.</summary>
internal static class ServerWords
{
    private const int MaxLength = 300;

    /// <summary>One line of at most 300 characters, without the token and without what a terminal obeys.</summary>
    public static string Clean(string message, string? token)
    {
        if (!string.IsNullOrEmpty(token))
        {
            message = message.Replace(token, "(the token)", StringComparison.Ordinal);
        }

        var line = new StringBuilder(Math.Min(message.Length, MaxLength));
        foreach (var rune in message.EnumerateRunes())
        {
            if (line.Length >= MaxLength)
            {
                return VisibleText.Escape(line.Append('…').ToString());
            }

            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return VisibleText.Escape(line.ToString().Trim());
    }
}
