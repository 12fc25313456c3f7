using System.Net;
using System.Text;
using System.Text.Json;

namespace ThunderStack.Webhooks.Emulator.Tests.Sending;

public sealed class SendEndpointsTests
{
    [Fact]
    public async Task A_sent_event_arrives_signed_and_in_the_documented_shape()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url));

        using var response = await emulator.SendEventAsync("""{"nodeId":"node-a","status":"PAUSED"}""");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        var webhook = await receiver.NextAsync();
        webhook.IsSignedBy(await emulator.PublicKeyAsync()).Should().BeTrue();
        Encoding.UTF8.GetString(webhook.Body).Should().Be(
            """{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"2024-11-06T12:00:00.000Z","details":{"nodeId":"node-a","status":"PAUSED"},"nodeId":"node-a"}""");
    }

    [Fact]
    public async Task The_answer_shows_what_was_sent_and_what_the_receiver_said()
    {
        await using var receiver = await RecordingReceiver.StartAsync(status: 403, answer: "go away");
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", "http://127.0.0.1:1/unused"));

        using var response = await emulator.SendEventAsync($$"""{"nodeId":"node-a","url":"{{receiver.Url}}"}""");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        var webhook = await receiver.NextAsync();
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.Should().Contain(webhook.Signature, "it is not escaped");
        var told = JsonSerializer.Deserialize<JsonElement>(text);
        told.GetProperty("url").GetString().Should().Be(receiver.Url);
        told.GetProperty("body").GetString().Should().Be(Encoding.UTF8.GetString(webhook.Body));
        told.GetProperty("signature").GetString().Should().Be(webhook.Signature);
        told.GetProperty("answer").GetProperty("status").GetInt32().Should().Be(403);
        told.GetProperty("answer").GetProperty("body").GetString().Should().Be("go away");
    }

    [Fact]
    public async Task No_two_events_are_the_same_even_when_the_clock_stands_still_or_goes_back()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url));
        var timestamps = new List<string>();

        for (var i = 0; i < 5; i++)
        {
            emulator.Time.AdjustTime(emulator.Time.GetUtcNow().AddSeconds(-i));
            using var response = await emulator.SendEventAsync("""{"nodeId":"node-a"}""");
            timestamps.Add((await receiver.NextAsync()).Json.GetProperty("eventTimestamp").GetString()!);
        }

        timestamps.Should().OnlyHaveUniqueItems().And.BeInAscendingOrder(StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_502_with_what_was_sent_and_the_reason()
    {
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", "http://127.0.0.1:1/hook"));

        using var response = await emulator.SendEventAsync("""{"nodeId":"node-a"}""");

        response.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        var told = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        told.GetProperty("body").GetString().Should().Contain("node-a");
        told.GetProperty("answer").ValueKind.Should().Be(JsonValueKind.Null);
        told.GetProperty("error").GetString().Should().Contain("refused");
    }

    [Theory]
    [InlineData("", "nodeId")]
    [InlineData("null", "nodeId")]
    [InlineData("[]", "nodeId")]
    [InlineData("{}", "nodeId is missing")]
    [InlineData("""{"nodeId":""}""", "nodeId is missing")]
    [InlineData("""{"nodeId":7}""", "'nodeId'")]
    [InlineData("""{"nodeId":"a","status":""}""", "status is empty")]
    [InlineData("""{"nodeId":"a","state":"RUNNING"}""", "'state'")]
    [InlineData("""{"nodeId":"a","url":"localhost:8080"}""", "url is 'localhost:8080'")]
    [InlineData("""{"nodeId":"a","url":"ftp://localhost/"}""", "url is 'ftp://localhost/'")]
    [InlineData("""{"nodeId":"a"}""", "Emulator:WebhookUrl")]
    public async Task Bad_input_is_400_and_says_what_to_write(string json, string expected)
    {
        await using var emulator = await RunningEmulator.StartAsync();

        using var response = await emulator.SendEventAsync(json);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        problem.GetProperty("detail").GetString().Should().Contain(expected);
    }
}
