namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>Options that read their values strictly, and say what to write instead.</summary>
internal static class OptionExtensions
{
    /// <summary>Reads a value; <see langword="null"/> refuses it with what to write.</summary>
    public static void Reads<T>(this Option<T> option, Func<string, T?> read, string remedy)
        where T : struct => option.CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (read(text) is { } value)
            {
                return value;
            }

            result.AddError($"{option.Name} is '{text}': {remedy}.");
            return default;
        };

    /// <inheritdoc cref="Reads{T}(Option{T}, Func{string, T?}, string)"/>
    public static void Reads<T>(this Option<T?> option, Func<string, T?> read, string remedy)
        where T : struct => option.CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            var value = read(text);
            if (value is null)
            {
                result.AddError($"{option.Name} is '{text}': {remedy}.");
            }

            return value;
        };
}
