using ThunderStack.Webhooks.Emulator.Faults;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>What <c>POST /emulator/events</c> is asked: a node, its new status, where to send it, and what is wrong with it.</summary>
internal sealed record SendRequest
{
    public const string Example = """{"nodeId":"my-node","status":"RUNNING"}""";

    public string? NodeId { get; init; }

    public string? Status { get; init; }

    public string? EventType { get; init; }

    public string? Url { get; init; }

    public WebhookFault? Fault { get; init; }

    /// <summary>What is wrong with these values, if anything.</summary>
    public string? Problem() => this switch
    {
        { NodeId: null or "" } => $"nodeId is missing: send JSON such as {Example}",
        { Status: "" } => "status is empty: write one such as RUNNING, or leave it out",
        { EventType: "" } => "eventType is empty: write one, or leave it out",
        { Url: { } url } when !WebhookUrl.TryParse(url, out _) => $"url is '{url}': write {WebhookUrl.Expected}",
        _ => null,
    };
}
