using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.PostgreSql;
using ThunderStack.Webhooks.Reconciliation;
using ThunderStack.Webhooks.Sqlite;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Finds everything that is wrong with the configuration at once, and says it without a stack trace.</summary>
internal static partial class StartupProblems
{
    public static void ThrowIfAny(WebApplication app)
    {
        List<string> problems =
        [
            .. Check<NodesOptions>(app.Services),
            .. Check<ThunderStackCloudOptions>(app.Services),
            .. Check<PublicKeyOptions>(app.Services),
            .. Check<WebhookOptions>(app.Services),
            .. Check<InboxOptions>(app.Services),
            .. Check<SqliteInboxOptions>(app.Services),
            .. Check<PostgreSqlInboxOptions>(app.Services),
            .. Check<DispatchOptions>(app.Services),
            .. Check<HandlersOptions>(app.Services),
            .. Check<ReconciliationOptions>(app.Services),
            .. Check<ProxyOptions>(app.Services),
            .. ListenAddresses.Problems(app.Configuration),
            .. SecretFiles.Problems(app.Configuration),
            .. Telemetry.Problems(app.Configuration),
        ];
        if (problems.Count > 0)
        {
            throw new StartupException(List(problems));
        }

        var section = app.Configuration.GetSection(ThunderStackWebhooksServiceCollectionExtensions.SectionName);
        foreach (var key in UnknownKeys.Find(section))
        {
            Log.UnknownKey(app.Logger, key);
        }

        if (section.GetSection(UnknownKeys.Management).Exists())
        {
            Log.NoManagement(app.Logger);
        }
    }

    /// <summary>Whether an exception is a reason not to start that a person can mend, and what to tell them.</summary>
    public static bool TryDescribe(Exception exception, [NotNullWhen(true)] out string? message)
    {
        message = exception switch
        {
            StartupException or InboxOpenException => exception.Message,
            OptionsValidationException invalid => List(invalid.Failures),
            IOException { InnerException: AddressInUseException } => $"{exception.Message} Stop the program that has it, or choose another port with ASPNETCORE_URLS, such as http://*:8081.",
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

    private static IEnumerable<string> Check<TOptions>(IServiceProvider services)
        where TOptions : class
    {
        try
        {
            _ = services.GetRequiredService<IOptions<TOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
        catch (InvalidOperationException exception)
        {
            // The binder's way to say that a value is not of the right type; it names the key.
            return [exception.Message];
        }
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

    private static partial class Log
    {
        [LoggerMessage(600, LogLevel.Warning, "{Key} is not a setting of this version and does nothing: is it spelled right?")]
        public static partial void UnknownKey(ILogger logger, string key);

        [LoggerMessage(601, LogLevel.Warning, "ThunderStack:Management does nothing: this version has no management API, and opens no port for one")]
        public static partial void NoManagement(ILogger logger);
    }
}
