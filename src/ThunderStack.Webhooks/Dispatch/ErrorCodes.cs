using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>Names what failed so briefly that failures can be grouped by it.</summary>
internal static class ErrorCodes
{
    private const int MaxLength = 64;

    public static string Of(Exception exception) => OneLine.Of(Find(exception) ?? NameOf(exception.GetBaseException()), MaxLength);

    // The outermost exception that says it: a handler's own words before those of what it used.
    private static string? Find(Exception? exception) => exception switch
    {
        null => null,
        DeadLetterException { ErrorCode: { } code } => code,
        RetryAfterException { ErrorCode: { } code } => code,
        TimeoutException => "timeout",
        HttpRequestException { StatusCode: { } status } => ((int)status).ToString(CultureInfo.InvariantCulture),
        SocketException socket => SnakeCase(socket.SocketErrorCode.ToString()),
        HttpRequestException { InnerException: null, HttpRequestError: not HttpRequestError.Unknown and var error } => SnakeCase(error.ToString()),
        _ => Find(exception.InnerException),
    };

    private static string NameOf(Exception exception)
    {
        const string Suffix = nameof(Exception);
        var name = exception.GetType().Name;
        return SnakeCase(name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name);
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}
