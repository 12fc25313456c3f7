using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql;
using ThunderStack.Webhooks.Receiver.Settings;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Finds everything that is wrong with the configuration at once, and says it without a stack trace.</summary>
internal static class StartupProblems
{
    public static void ThrowIfAny(WebApplication app)
    {
        List<string> problems =
        [
            .. app.Services.GetRequiredService<ConfigurationProblems>().Find(app.Services),
            .. app.Services.GetService<IValidateOptions<PostgreSqlInboxOptions>>() is null ? [] : ConfigurationProblems.Of<PostgreSqlInboxOptions>(app.Services),
            .. ListenAddresses.Problems(app.Configuration),
            .. ReceiverConfiguration.Problems(app.Configuration),
            .. Telemetry.Problems(app.Configuration),
        ];
        if (problems.Count > 0)
        {
            throw new StartupException(List(problems));
        }
    }

    /// <summary>Whether an exception is a reason not to start that a person can mend, and what to tell them.</summary>
    public static bool TryDescribe(Exception exception, [NotNullWhen(true)] out string? message)
    {
        message = exception switch
        {
            StartupException or InboxOpenException => exception.Message,
            OptionsValidationException invalid => List(invalid.Failures),
            AggregateException many when many.InnerExceptions.All(inner => inner is OptionsValidationException) =>
                List(many.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures)),
            IOException { InnerException: AddressInUseException } => $"{exception.Message} Stop the program that has it, or choose another port with ASPNETCORE_URLS, such as http://*:8090.",
            SocketException => $"It cannot listen where ASPNETCORE_URLS or Kestrel:Endpoints says ({exception.Message}): name an address of this machine and a port that this user may use, such as http://*:8080.",
            AggregateException { InnerExceptions: [var only] } => TryDescribe(only, out var inner) ? inner : null,

            // What only its reader can judge, and says with these: a settings file, a certificate, a file without permission.
            InvalidDataException or FormatException or InvalidOperationException or ArgumentException or IOException
                or UnauthorizedAccessException or CryptographicException => Chain(exception),
            _ => null,
        };
        if (message is not null && exception is not AggregateException)
        {
            message = "The receiver cannot start. " + message.TrimEnd();
        }

        return message is not null;
    }

    /// <summary>What went wrong, and why, and why that.</summary>
    private static string Chain(Exception exception)
    {
        var messages = new List<string>();
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (!messages.Contains(cause.Message))
            {
                messages.Add(cause.Message);
            }
        }

        return string.Join(' ', messages);
    }

    private static string List(IEnumerable<string> problems) =>
        "The configuration has problems:" + string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}"));
}
