using System.Text;
using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Notify.Tests.Sending;

/// <summary>A real server in a platform's place, and what each platform answers.</summary>
internal static class Platform
{
    public const string Secret = "S3cretS3cretS3cret";

    public static readonly string[] Names = ["Slack", "Discord", "Teams", "Telegram"];

    /// <summary>The settings of a notifier that posts to a server.</summary>
    public static IEnumerable<(string Key, string? Value)> Settings(string type, Recorder server, string name = "team") => type switch
    {
        "Telegram" =>
        [
            ($"{name}:Type", type), ($"{name}:BotToken", $"123456:{Secret}"), ($"{name}:ChatId", "42"),
            ($"{name}:BaseAddress", new Uri(server.Address, "/").AbsoluteUri),
        ],
        _ => [($"{name}:Type", type), ($"{name}:Url", new Uri(server.Address, $"/services/T0/{Secret}?sig={Secret}2").AbsoluteUri)],
    };

    public static Func<int, HttpContext, Task> Accepting(string type) => (_, context) => AcceptAsync(type, context);

    public static Task AcceptAsync(string type, HttpContext context) => type switch
    {
        "Slack" => AnswerAsync(context, 200, "ok"),
        "Discord" => AnswerAsync(context, 200, """{"id":"1","content":""}"""),
        "Teams" => AnswerAsync(context, 202, ""),
        "Telegram" => AnswerAsync(context, 200, """{"ok":true,"result":{"message_id":1}}"""),
        _ => AnswerAsync(context, 204, ""),
    };

    public static async Task AnswerAsync(HttpContext context, int status, string body, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = body.StartsWith('{') ? "application/json" : "text/plain";
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        if (status != 204)
        {
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
        }
    }
}
