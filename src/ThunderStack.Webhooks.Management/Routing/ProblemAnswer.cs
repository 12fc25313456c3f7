using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>RFC 9457.</summary>
/// <param name="Title">What kind of problem it is.</param>
/// <param name="Status">The status code.</param>
/// <param name="Detail">What happened and what to do.</param>
internal sealed record ProblemView(string Title, int Status, string Detail);

/// <summary>Writes problems.</summary>
internal static class ProblemAnswer
{
    public const string ContentType = "application/problem+json";

    public static Task WriteAsync(HttpContext context, ManagementException problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = ContentType;
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (problem.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(
            new ProblemView(ReasonPhrases.GetReasonPhrase(problem.Status), problem.Status, problem.Message), ManagementJson.Options);
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, CancellationToken.None).AsTask();
    }
}
