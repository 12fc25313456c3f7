using System.Text;
using System.Text.Json;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Handlers;

namespace ThunderStack.Webhooks.Tests.Handlers;

public sealed class CloudEventTests
{
    private static readonly Uri Cloud = new("https://cloud-api.thunderstack.org");
    private static readonly DateTimeOffset Noon = new(2024, 11, 6, 12, 0, 0, TimeSpan.Zero);
    private static readonly WebhookEventId Id = WebhookEventId.Create(Noon, new byte[32]);

    [Fact]
    public void It_has_the_attributes_of_the_specification_and_the_body_as_it_was_signed()
    {
        var json = Write(Status(), """[ "node-a",  "\u00e9é" ]""");

        Encoding.UTF8.GetString(json).Should().Be(
            $$$"""{"specversion":"1.0","id":"{{{Id}}}","source":"https://cloud-api.thunderstack.org/","type":"NODE_STATUS_UPDATED","time":"2024-11-06T12:00:00.25Z","eventsource":"webhook","subject":"node-a","partitionkey":"node-a","datacontenttype":"application/json","data":[ "node-a",  "\u00e9é" ]}""");
    }

    [Fact]
    public void Without_a_time_of_its_own_it_has_that_of_its_receipt()
    {
        Read(Write(Status() with { Timestamp = null }, "{}")).GetProperty("time").GetString().Should().Be("2024-11-06T12:00:00Z");
    }

    [Theory]
    [InlineData(EventSource.Reconciled, "reconciled")]
    [InlineData(EventSource.Observed, "observed")]
    public void It_says_who_said_so(EventSource source, string name)
    {
        Read(Write(Status() with { Source = source }, "{}")).GetProperty("eventsource").GetString().Should().Be(name);
    }

    [Fact]
    public void What_is_about_no_node_has_no_subject_and_no_partition_key()
    {
        var json = Read(Write(Status() with { NodeId = new NodeId("") }, "{}"));

        json.TryGetProperty("subject", out _).Should().BeFalse("an attribute may not be empty");
        json.TryGetProperty("partitionkey", out _).Should().BeFalse("an attribute may not be empty");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":")]
    public void A_body_that_is_not_json_is_kept_as_bytes(string body)
    {
        var json = Read(Write(Status(), body));

        json.GetProperty("data_base64").GetBytesFromBase64().Should().Equal(Encoding.UTF8.GetBytes(body));
        json.GetProperty("datacontenttype").GetString().Should().Be("application/octet-stream");
        json.TryGetProperty("data", out _).Should().BeFalse();
    }

    [Fact]
    public void Attributes_have_no_control_characters()
    {
        Read(Write(Status() with { EventType = "A\tB\u0085C" }, "{}")).GetProperty("type").GetString().Should().Be("A B C");
    }

    private static NodeStatusUpdated Status() => new()
    {
        Id = Id,
        EventType = NodeStatusUpdated.TypeName,
        NodeId = new NodeId("node-a"),
        Status = NodeStatus.Running,
        Timestamp = Noon.AddMilliseconds(250).ToOffset(TimeSpan.FromHours(2)),
    };

    private static byte[] Write(WebhookEvent webhookEvent, string body) => CloudEvent.ToJson(
        webhookEvent,
        new DeliveryContext
        {
            EventId = Id,
            Handler = "test",
            Attempt = 1,
            ReceivedAt = Noon,
            IsStale = false,
            Body = Encoding.UTF8.GetBytes(body),
            Signature = new byte[] { 1 },
        },
        Cloud);

    private static JsonElement Read(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
