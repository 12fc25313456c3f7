using System.Data.Common;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Access;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>Stands before every route: lets in who may ask, ends what takes too long, and writes down what was changed.</summary>
internal sealed partial class ManagementGuard(
    ManagementAccess access, IInboxAdministration inbox, TimeProvider time, ILogger<ManagementGuard> logger, CancellationToken stopping, IPeople? people = null)
{
    private static readonly TimeSpan InboxPause = TimeSpan.FromSeconds(5);

    public async Task RunAsync(HttpContext context, ManagementRoute route, Func<ManagementCall, Task> answer)
    {
        SecurityHeaders.Set(context.Response);

        // What goes on for as long as its reader does ends before the server stops, and when its key may have been revoked.
        using var limit = route.Limit is { } most
            ? new CancellationTokenSource(most, time)
            : CancellationTokenSource.CreateLinkedTokenSource(stopping, access.KeysChanged);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.RequestAborted);
        ManagementCall? call = null;
        try
        {
            var caller = await access.AdmitAsync(context, route, people);
            call = new ManagementCall(context, route, caller, called => AuditAsync(called, route, null), time, cancelled.Token);
            Check(context, route);
            if (route.IsPage && route.Body is not null && people is not null && !await people.IsOwnFormAsync(context))
            {
                throw ManagementException.BadRequest("This form is not one that this receiver gave you, or it is too old. Go back, reload the page and send it again.");
            }

            await answer(call);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        catch (Exception exception)
        {
            var problem = ProblemOf(exception, context, limit.IsCancellationRequested);
            if (context.Response.HasStarted)
            {
                // Half an answer must not look like a whole one.
                context.Abort();
                return;
            }

            if (call is not null)
            {
                await AuditAsync(call, route, problem.Message);
            }

            context.Response.Headers.ContentDisposition = default;
            await (route.IsPage && people is not null ? people.AnswerAsync(context, problem) : ProblemAnswer.WriteAsync(context, problem));
        }
    }

    /// <summary>Writes down a change before it is answered, so that no answer is given of one that nobody finds there.</summary>
    private async Task AuditAsync(ManagementCall call, ManagementRoute route, string? problem)
    {
        if (route.Action is not { } action || call.Told is not var (target, outcome))
        {
            return;
        }

        outcome = problem ?? outcome;
        Log.Changed(logger, call.Caller.Name, action, target, outcome);
        try
        {
            await inbox.RecordAsync(new AuditRecord(time.GetUtcNow(), call.Caller.Name, action, target, outcome), CancellationToken.None);
        }
        catch (Exception exception)
        {
            // What was done is done, and the line above says so.
            Log.NotRecorded(logger, call.Caller.Name, action, exception);
        }
    }

    private static void Check(HttpContext context, ManagementRoute route)
    {
        foreach (var (name, values) in context.Request.Query)
        {
            if (route.Query.All(parameter => parameter.Name != name))
            {
                throw ManagementException.BadRequest(route.Query.Count == 0
                    ? "This takes no parameters."
                    : $"This takes other parameters: {string.Join(", ", route.Query.Select(parameter => parameter.Name))}.");
            }

            if (values.Count != 1)
            {
                throw ManagementException.BadRequest($"{name} is there {values.Count} times: write it once.");
            }
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = route.Body is null ? 0 : route.MaxBodyBytes;
        }

        if (context.Request.ContentLength > route.MaxBodyBytes)
        {
            throw new ManagementException(StatusCodes.Status413PayloadTooLarge, $"The body is longer than {route.MaxBodyBytes} bytes.");
        }
    }

    private ManagementException ProblemOf(Exception exception, HttpContext context, bool isLate)
    {
        switch (exception)
        {
            case ManagementException problem:
                return problem;
            case InvalidCursorException cursor:
                return ManagementException.BadRequest(cursor.Message);
            case BadHttpRequestException bad:
                return new ManagementException(bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The body is too long." : "The request is not proper HTTP.");
            case ThunderStackCloudException cloud:
                return new ManagementException(
                    cloud.StatusCode switch
                    {
                        HttpStatusCode.NotFound => StatusCodes.Status404NotFound,
                        HttpStatusCode.Conflict => StatusCodes.Status409Conflict,
                        _ => StatusCodes.Status502BadGateway,
                    },
                    cloud.Message)
                { RetryAfter = cloud.RetryAfter };
            case OperationCanceledException when isLate:
                return new ManagementException(StatusCodes.Status503ServiceUnavailable, "It took too long, so it was given up: try again later.") { RetryAfter = InboxPause };
        }

        var health = inbox.Health;
        if (!health.IsHealthy || exception is DbException)
        {
            Log.InboxFailed(logger, context.Request.Path, context.TraceIdentifier, exception);
            return new ManagementException(
                StatusCodes.Status503ServiceUnavailable, $"The inbox cannot be asked at the moment: {(health.IsHealthy ? "see the log" : health.Reason)}.")
            { RetryAfter = InboxPause };
        }

        Log.Failed(logger, context.Request.Method, context.Request.Path, context.TraceIdentifier, exception);
        return new ManagementException(StatusCodes.Status500InternalServerError, $"This failed unexpectedly; the receiver's log says why: search it for {context.TraceIdentifier}.");
    }

    private static partial class Log
    {
        [LoggerMessage(1112, LogLevel.Information, "{Key} asked for {Action} on {Target}: {Outcome}")]
        public static partial void Changed(ILogger logger, string key, string action, string target, string outcome);

        [LoggerMessage(1113, LogLevel.Error, "What {Key} did ({Action}) is not in the audit log, but only in this one")]
        public static partial void NotRecorded(ILogger logger, string key, string action, Exception exception);

        [LoggerMessage(1110, LogLevel.Error, "{Method} {Path} failed unexpectedly (request {Request})")]
        public static partial void Failed(ILogger logger, string method, string path, string request, Exception exception);

        [LoggerMessage(1111, LogLevel.Warning, "{Path} was not answered, since the inbox cannot be asked (request {Request})")]
        public static partial void InboxFailed(ILogger logger, string path, string request, Exception exception);
    }
}
