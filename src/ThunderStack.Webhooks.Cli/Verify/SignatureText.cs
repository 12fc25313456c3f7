namespace ThunderStack.Webhooks.Cli.Verify;

/// <summary>Says what a signature's text is, when it is not what the header must hold.</summary>
internal static class SignatureText
{
    public static string Explain(string text)
    {
        var what = text switch
        {
            "" => "it is empty",
            _ when text.Any(char.IsWhiteSpace) => "it has white space in it",
            _ when text.All(char.IsAsciiHexDigit) && text.Length % 2 == 0 && text.Length >= 256 && !text.Any(char.IsAsciiLetterUpper) => "it looks like hexadecimal digits",
            _ when text.AsSpan().ContainsAny('-', '_') => "it looks like base64url, which has - and _ in place of + and /",
            _ when text.Length % 4 != 0 => "its length is not a multiple of four: it is cut, or lacks its padding",
            _ => "it has other characters, misplaced padding, unused bits, or is longer than any signature",
        };
        return $"not canonical base64: {what}. Copy the value of X-ThunderStack-Signature exactly";
    }
}
