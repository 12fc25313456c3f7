using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>What <c>POST /emulator/events</c> is asked: a node, its new status, and where to send it.</summary>
internal sealed record SendRequest
{
    public const string Example = """{"nodeId":"my-node","status":"RUNNING"}""";

    // A misspelt member would otherwise silently mean its default.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public string? NodeId { get; init; }

    public string? Status { get; init; }

    public string? Url { get; init; }

    /// <summary>Reads a request, or says what is wrong with it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out SendRequest? request, [NotNullWhen(false)] out string? problem)
    {
        request = null;
        try
        {
            var read = JsonSerializer.Deserialize<SendRequest>(body, Json);
            problem = read?.Problem() ?? (read is null ? $"The body is null: send JSON such as {Example}." : null);
            request = problem is null ? read : null;
        }
        catch (JsonException error)
        {
            var where = error.Path is { Length: > 2 } path ? $" '{path[2..]}'" : "";
            problem = $"The body{where} is not what was expected: send JSON such as {Example}; members are nodeId, status and url, all text.";
        }

        return problem is null;
    }

    private string? Problem() => this switch
    {
        { NodeId: null or "" } => $"nodeId is missing: send JSON such as {Example}.",
        { Status: "" } => "status is empty: write one such as RUNNING, or leave it out.",
        { Url: { } url } when !WebhookUrl.TryParse(url, out _) => $"url is '{url}': write {WebhookUrl.Expected}.",
        _ => null,
    };
}
