using System.Text;
using System.Text.Json;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Traffic;

/// <summary>One event of a load: the <paramref name="Number"/>th of its node, from 1. The number travels in the signed body.</summary>
internal readonly record struct NumberedEvent(string Node, long Number)
{
    private static readonly DateTimeOffset First = new(2024, 11, 6, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Statuses = ["STARTING", "IN_PROGRESS", "RUNNING", "PAUSED"];

    public SignedDelivery Sign()
    {
        var template = SignedDelivery.Valid().ForNode(Node).At(First.AddMilliseconds(Number)).WithStatus(Statuses[Number % Statuses.Length]);
        var json = Encoding.UTF8.GetString(template.Body);
        return template.WithBody($"{json[..^1]},\"number\":{Number}}}");
    }

    public static NumberedEvent Read(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        return new(json.RootElement.GetProperty("nodeId").GetString()!, json.RootElement.GetProperty("number").GetInt64());
    }
}
