namespace ThunderStack.Webhooks.Emulator.Faults;

/// <summary>A fault, and which webhooks have it: <c>Emulator:Faults:n</c>, or a request to <c>/emulator/faults</c>.</summary>
public sealed class FaultOptions
{
    /// <summary>The fault.</summary>
    public WebhookFault? Fault { get; set; }

    /// <summary>Only webhooks of this node.</summary>
    /// <value><see langword="null"/>: of every node.</value>
    public string? NodeId { get; set; }

    /// <summary>Only each so-manieth of them.</summary>
    /// <value>1: each.</value>
    public int Every { get; set; } = 1;

    /// <summary>How many webhooks have it until it is over.</summary>
    /// <value><see langword="null"/>: it is never over.</value>
    public int? Count { get; set; }

    /// <summary>How late a <see cref="WebhookFault.Delayed"/> webhook is.</summary>
    /// <value>5 seconds.</value>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What is wrong with these values, if anything.</summary>
    internal string? Problem() => this switch
    {
        { Fault: null } => $"Fault is missing: write one of {string.Join(", ", Enum.GetNames<WebhookFault>())}",
        { NodeId: "" } => "NodeId is empty: write a node's id, or leave it out",
        { Every: < 1 } => $"Every is {Every}: write 1 for each webhook, 2 for every other",
        { Count: < 1 } => $"Count is {Count}: write how many webhooks, or leave it out",
        _ when Delay < TimeSpan.FromMilliseconds(1) || Delay > TimeSpan.FromDays(1) =>
            $"Delay is {Delay}: write a time up to a day such as 00:00:05",
        _ => null,
    };
}
