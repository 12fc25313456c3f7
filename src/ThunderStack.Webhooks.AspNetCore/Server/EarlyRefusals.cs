using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ThunderStack.Webhooks.AspNetCore.Endpoint;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.AspNetCore.Server;

/// <summary>
/// Counts and logs what is refused before the endpoint, or beside it: what Kestrel finds is not proper HTTP, another path, a host that
/// is not allowed. And lets other connections have a turn after each such answer, as the endpoint does.
/// </summary>
internal sealed class EarlyRefusals(RefusalLog log, WebhookMetrics metrics, DiagnosticListener diagnostics)
    : IStartupFilter, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    // Documented: https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/diagnostics
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private IDisposable? _subscription;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        _subscription ??= diagnostics.Subscribe(this, name => name == BadRequest);
        app.Use(following => context =>
        {
            // No await here: what the endpoint answers passes without a state machine of its own.
            var answered = following(context);
            return context.GetEndpoint()?.Metadata.GetMetadata<CountsRefusals>() is null ? FinishAsync(context, answered) : answered;
        });
        next(app);
    };

    public void OnNext(KeyValuePair<string, object?> value)
    {
        // With an endpoint it is a body that was bad, which the endpoint has counted.
        if (value.Value is IFeatureCollection features && features.Get<IEndpointFeature>()?.Endpoint is null
            && features.Get<GatedConnection>()?.HasLeft != true)
        {
            var isSlow = features.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout };

            // What exactly was wrong may quote the request, signature and all.
            Tell(
                IntakeOutcome.MalformedRequest,
                isSlow ? "The request's headers did not arrive in time." : "The request is not proper HTTP.",
                features.Get<IHttpConnectionFeature>()?.RemoteIpAddress);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscription?.Dispose();

    private async Task FinishAsync(HttpContext context, Task answered)
    {
        await answered;
        var from = context.Connection.RemoteIpAddress;
        switch (context.Response.StatusCode)
        {
            case StatusCodes.Status404NotFound:
                Tell(IntakeOutcome.NotFound, "Nothing is received at this path.", from);
                break;
            case StatusCodes.Status405MethodNotAllowed:
                Tell(IntakeOutcome.MethodNotAllowed, "The path is for another method.", from);
                break;
            case >= StatusCodes.Status400BadRequest and < StatusCodes.Status500InternalServerError:
                Tell(IntakeOutcome.MalformedRequest, "The request was refused before it came to an endpoint.", from);
                break;
        }

        await Turn.ToOthers;
    }

    private void Tell(IntakeOutcome outcome, string reason, System.Net.IPAddress? from)
    {
        metrics.RequestAnswered(Answer.NameOf(outcome));
        log.Write(IntakeResult.Refused(outcome, reason), from);
    }
}
