using System.Text;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Tests.Events;

public sealed class EventPayloadReaderTests
{
    private const string Documented =
        """{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"2024-11-06T12:00:00Z","details":{"nodeId":"n1","status":"RUNNING"},"nodeId":"n1"}""";

    [Fact]
    public void Read_DocumentedPayload_HasEveryField()
    {
        var payload = Valid(Documented);

        payload.EventType.Should().Be("NODE_STATUS_UPDATED");
        payload.NodeId.Should().Be(new NodeId("n1"));
        payload.Status.Should().Be(NodeStatus.Running);
        payload.TimestampText.Should().Be("2024-11-06T12:00:00Z");
        payload.Timestamp.Should().Be(new DateTimeOffset(2024, 11, 6, 12, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("\r\n\t ")]
    public void Read_ByteOrderMarkOrWhiteSpaceInFront_IsAccepted(string prefix) => Valid(prefix + Documented).NodeId.Value.Should().Be("n1");

    [Fact]
    public void Read_OrderOfFields_DoesNotMatter() =>
        Valid("""{"nodeId":"n1","details":{"status":"FAILED","nodeId":"n1"},"eventTimestamp":"2024-11-06T12:00:00Z","eventType":"NODE_STATUS_UPDATED"}""")
            .Status.Should().Be(NodeStatus.Failed);

    [Fact]
    public void Read_UnknownStatus_IsKeptAsSent() =>
        Valid(Documented.Replace("RUNNING", "running ", StringComparison.Ordinal)).Status.Should().Be(new NodeStatus("running "));

    [Theory]
    [InlineData("""{"eventType":"NODE_BUILD_FINISHED","nodeId":"n1"}""")]
    [InlineData("""{"eventType":"NODE_BUILD_FINISHED","nodeId":"n1","details":null,"eventTimestamp":17}""")]
    [InlineData("""{"eventType":"NODE_BUILD_FINISHED","nodeId":"n1","details":{"status":7,"nodeId":"n1"},"eventTimestamp":"yesterday"}""")]
    public void Read_UnknownType_NeedsOnlyTypeAndNode(string body)
    {
        var payload = Valid(body);

        payload.EventType.Should().Be("NODE_BUILD_FINISHED");
        payload.Status.Should().BeNull();
        payload.Timestamp.Should().BeNull();
    }

    [Theory]
    [InlineData("\"x\":1,")]
    [InlineData("\"\":null,")]
    [InlineData("\"NodeId\":\"other\",")]
    [InlineData("\"x\":{\"a\":[{\"b\":1e400}]},")]
    [InlineData("\"x\":\"\\udc00\",")]
    [InlineData("\"details.x\":1,")]
    public void Read_UnknownField_IsIgnored(string extra) => Valid(Documented.Insert(1, extra)).NodeId.Value.Should().Be("n1");

    [Fact]
    public void Read_SameUnknownNameOnTwoLevels_IsNoDuplicate() =>
        Valid("""{"x":1,"details.y":1,"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"2024-11-06T12:00:00Z","details":{"x":2,"y":3,"nodeId":"n1","status":"RUNNING"},"nodeId":"n1"}""")
            .NodeId.Value.Should().Be("n1");

    [Theory]
    [InlineData("{}", "eventType is missing.")]
    [InlineData("""{"eventType":1}""", "eventType is not a string.")]
    [InlineData("""{"eventType":""}""", "eventType is empty.")]
    [InlineData("""{"eventType":"X"}""", "nodeId is missing.")]
    [InlineData("""{"eventType":"X","nodeId":"  "}""", "nodeId is empty.")]
    [InlineData("""{"eventType":"X","nodeId":"a\u0000b"}""", "nodeId has a control character.")]
    [InlineData("""{"eventType":"X","nodeId":"a","details":{"nodeId":"b"}}""", "nodeId differs from details.nodeId.")]
    [InlineData("""{"eventType":"X","nodeId":"a","details":{"nodeId":7}}""", "nodeId differs from details.nodeId.")]
    [InlineData("""{"eventType":"NODE_STATUS_UPDATED","nodeId":"a"}""", "details is missing.")]
    [InlineData("""{"eventType":"NODE_STATUS_UPDATED","nodeId":"a","details":[]}""", "details is not an object.")]
    [InlineData("""{"eventType":"NODE_STATUS_UPDATED","nodeId":"a","details":{"status":"RUNNING"}}""", "details.nodeId is missing.")]
    [InlineData("""{"eventType":"NODE_STATUS_UPDATED","nodeId":"a","details":{"nodeId":"a"}}""", "details.status is missing.")]
    [InlineData("""{"eventType":"NODE_STATUS_UPDATED","nodeId":"a","details":{"nodeId":"a","status":true}}""", "details.status is not a string.")]
    [InlineData("""{"eventType":"NODE_STATUS_UPDATED","nodeId":"a","details":{"nodeId":"a","status":"R"}}""", "eventTimestamp is missing.")]
    [InlineData("""{"eventType":"NODE_STATUS_UPDATED","nodeId":"a","details":{"nodeId":"a","status":"R"},"eventTimestamp":"now"}""", "eventTimestamp is not an RFC 3339 date and time with an offset.")]
    [InlineData("""{"eventType":"X","eventType":"X"}""", "eventType occurs twice.")]
    [InlineData("""{"details":{"status":"R","\u0073tatus":"F"}}""", "details.status occurs twice.")]
    [InlineData("""{"x":1,"\u0078":1}""", "A property occurs twice.")]
    [InlineData("[]", "The body is not a JSON object.")]
    [InlineData("null", "The body is not a JSON object.")]
    public void Read_NotTheContract_NamesTheField(string body, string problem) => Invalid(body).Should().Be(problem);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{]")]
    [InlineData("""{"eventType":"X","nodeId":"a"}{}""")]
    [InlineData("""{"eventType":"X","nodeId":"a"};""")]
    [InlineData("""{"eventType":"X","nodeId":"a",}""")]
    [InlineData("""{"eventType":"X",/**/"nodeId":"a"}""")]
    [InlineData("""{'eventType':'X','nodeId':'a'}""")]
    [InlineData("""{"eventType":"X","nodeId":"a","x":{"y":1,"y":2}}""")]
    [InlineData("""{"eventType":"X","nodeId":"a","x":[{"y":[{"z":1,"\u007a":2}]}]}""")]
    [InlineData("""{"eventType":"X","nodeId":"a","x":01}""")]
    public void Read_NotJsonOrDuplicateDeepInside_IsRefused(string body) => Invalid(body).Should().StartWith("The body is not ");

    [Fact]
    public void Read_LoneSurrogateInANodeId_IsRefused() =>
        Invalid("""{"eventType":"X","nodeId":"a\udc00"}""").Should().Be("A string in the body has a lone surrogate.");

    [Fact]
    public void Read_LoneSurrogateInAName_IsRefused() =>
        Invalid("""{"eventType":"X","nodeId":"a","\udc00":1}""").Should().Be("A string in the body has a lone surrogate.");

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public void Read_InvalidUtf8InAnUnknownField_IsRefused(byte[] bytes)
    {
        byte[] body = [.. """{"eventType":"X","nodeId":"a","x":" """u8, .. bytes, .. "\"}"u8];

        EventPayloadReader.Read(body).Problem.Should().Be("The body is not UTF-8.");
    }

    [Fact]
    public void Read_NestedTooDeep_IsRefused() =>
        Invalid($$"""{"eventType":"X","nodeId":"a","x":{{new string('[', 5_000)}}{{new string(']', 5_000)}}}""").Should().StartWith("The body is not ");

    private static EventPayload Valid(string body)
    {
        var result = EventPayloadReader.Read(Encoding.UTF8.GetBytes(body));
        result.Problem.Should().BeNull();
        return result.Payload!;
    }

    private static string Invalid(string body)
    {
        var result = EventPayloadReader.Read(Encoding.UTF8.GetBytes(body));
        result.IsValid.Should().BeFalse();
        return result.Problem!;
    }
}
