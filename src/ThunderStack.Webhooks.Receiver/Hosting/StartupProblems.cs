using System.Diagnostics.CodeAnalysis;
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
            .. Check<PostgreSqlInboxOptions>(app.Services),
            .. Check<DispatchOptions>(app.Services),
            .. Check<HandlersOptions>(app.Services),
            .. Check<ProxyOptions>(app.Services),
            .. Telemetry.Problems(app.Configuration),
        ];
        if (problems.Count > 0)
        {
            throw new StartupException(List(problems));
        }

        foreach (var key in UnknownKeys.Find(app.Configuration.GetSection("ThunderStack")))
        {
            Log.UnknownKey(app.Logger, key);
        }
    }

    /// <summary>Whether an exception is a reason not to start that a person can mend, and what to tell them.</summary>
    public static bool TryDescribe(Exception exception, [NotNullWhen(true)] out string? message)
    {
        message = exception switch
        {
            StartupException or InboxOpenException => exception.Message,
            OptionsValidationException invalid => List(invalid.Failures),
            InvalidDataException or FormatException => $"{exception.Message} {exception.InnerException?.Message}",
            IOException { InnerException: AddressInUseException } => $"{exception.Message} Stop the program that has it, or choose another port with ASPNETCORE_URLS, such as http://*:8081.",
            AggregateException { InnerExceptions: [var only] } => TryDescribe(only, out var inner) ? inner : null,
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

    private static string List(IEnumerable<string> problems) =>
        "The configuration has problems:" + string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}"));

    private static partial class Log
    {
        [LoggerMessage(600, LogLevel.Warning, "{Key} is not a setting of this version and does nothing: is it spelled right?")]
        public static partial void UnknownKey(ILogger logger, string key);
    }
}
