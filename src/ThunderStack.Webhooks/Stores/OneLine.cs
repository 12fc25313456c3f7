namespace ThunderStack.Webhooks.Stores;

/// <summary>Text of others as one short line, for logs, tables and pages.</summary>
public static class OneLine
{
    /// <summary>Replaces control characters by spaces and cuts what is longer, never between the halves of a surrogate pair.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">How many UTF-16 characters it may have.</param>
    public static string Of(string text, int maxLength) => string.Create(LengthOf(text, maxLength), text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsControl(source[i]) ? ' ' : source[i];
        }
    });

    /// <summary>How much of a text may be kept: at most so many characters, and no half of a surrogate pair.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">How many UTF-16 characters.</param>
    public static int LengthOf(string text, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        var length = Math.Clamp(maxLength, 0, text.Length);
        return length < text.Length && length > 0 && char.IsSurrogatePair(text[length - 1], text[length]) ? length - 1 : length;
    }
}
