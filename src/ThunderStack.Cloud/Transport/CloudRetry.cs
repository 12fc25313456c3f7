using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace ThunderStack.Cloud.Transport;

/// <summary>
/// Asks again what is safe to ask again: two more times, 10 s each, unless the cloud wants to be left alone for longer. There is no
/// circuit breaker: who asks regularly has a pace of its own, and who asks once should not be refused for another's failures.
/// </summary>
internal static class CloudRetry
{
    /// <summary>Marks requests that may be sent twice.</summary>
    public static readonly HttpRequestOptionsKey<bool> IsRepeatable = new("ThunderStack.Cloud.IsRepeatable");

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait within a call. What is to last longer is for the caller to decide.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> builder, ResilienceHandlerContext context)
    {
        var time = context.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        builder.TimeProvider = time;
        // Each attempt would be a line in the host's log; what remains a failure is told by the exception.
        builder.TelemetryListener = null;
        builder.AddRetry(new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = 2,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromSeconds(1),
            UseJitter = true,
            ShouldHandle = args => ValueTask.FromResult(MayRepeat(args.Context) && MayPass(args.Outcome, time)),
            DelayGenerator = args => ValueTask.FromResult(args.Outcome.Result is { } answer ? RetryAfter.Of(answer, time) : null),
        });
        builder.AddTimeout(new HttpTimeoutStrategyOptions
        {
            // What is asked once may take as long as the whole call.
            TimeoutGenerator = args => ValueTask.FromResult(MayRepeat(args.Context) ? AttemptTimeout : Timeout.InfiniteTimeSpan),
        });
    }

    private static bool MayRepeat(ResilienceContext context) =>
        context.GetRequestMessage()?.Options.TryGetValue(IsRepeatable, out var repeatable) == true && repeatable;

    private static bool MayPass(Outcome<HttpResponseMessage> outcome, TimeProvider time) => outcome switch
    {
        { Exception: HttpRequestException or SocketException or TimeoutRejectedException } => true,
        { Result: { } answer } => MayPass(answer.StatusCode) && (RetryAfter.Of(answer, time) is not { } wait || wait <= LongestWait),
        _ => false,
    };

    private static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;
}
