using System.Text.Json;
using CsCheck;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Notify.Platforms;
using ThunderStack.Webhooks.Notify.Tests.Sending;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Notify.Tests.Platforms;

public sealed class JsonWebhookTests
{
    [Fact]
    public async Task A_template_of_ones_own_is_filled()
    {
        await using var server = await Recorder.StartAsync();
        await using var host = await NotifyHost.StartAsync(
            [
                .. Platform.Settings("Webhook", server), ("team:Title", "{node} went {status}"),
                ("team:Template", """{"routing_key":"R0utingKey","payload":{"summary":"{title}!","custom":["{nodeId}","{{x}}",1,null,true]}}"""),
            ],
            null,
            ("Management:PublicUrl", "https://ops.example.com/thunderstack"));

        var id = await host.AppendAsync("FAILED");
        await host.DeliveryIsAsync(id, "team", DeliveryState.Succeeded);

        server.Requests.Single().Text.Should().Be(
            """{"routing_key":"R0utingKey","payload":{"summary":"alice went FAILED!","custom":["node-a","{x}",1,null,true]}}""");
    }

    [Fact]
    public async Task Without_a_template_it_says_everything()
    {
        await using var server = await Recorder.StartAsync();
        await using var host = await NotifyHost.StartAsync(Platform.Settings("Webhook", server), null, ("Management:PublicUrl", "https://ops.example.com/thunderstack/"));

        var id = await host.AppendAsync("FAILED");
        await host.DeliveryIsAsync(id, "team", DeliveryState.Succeeded);

        var json = Shown.Json(server.Requests.Single().Body);
        json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()).Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["title"] = "Node alice has failed",
            ["text"] = "",
            ["severity"] = "critical",
            ["node"] = "alice",
            ["nodeId"] = "node-a",
            ["status"] = "FAILED",
            ["condition"] = "",
            ["change"] = "",
            ["time"] = "2026-01-01T00:00:00.0000000Z",
            ["eventId"] = $"{id}",
            ["eventType"] = "NODE_STATUS_UPDATED",
            ["source"] = "webhook",
            ["link"] = $"https://ops.example.com/thunderstack/events/{id}",
        });
    }

    [Theory]
    [InlineData("""{"ok":false}""")]
    [InlineData("""{"success":false}""")]
    [InlineData("""{"error":"invalid key R0utingKey"}""")]
    public async Task An_answer_that_says_an_error_is_a_failure(string body)
    {
        await using var server = await Recorder.StartAsync();
        server.Answer = (_, context) => Platform.AnswerAsync(context, 200, body);
        await using var host = await NotifyHost.StartAsync([.. Platform.Settings("Webhook", server), ("team:Template", """{"key":"R0utingKey","text":"{text}"}""")]);

        var id = await host.AppendAsync("FAILED");

        (await host.DeliveryIsAsync(id, "team", DeliveryState.Scheduled)).Error.Should().NotContain("R0utingKey");
    }

    [Fact]
    public void Whatever_the_values_are_they_stay_in_their_strings() => Gen.OneOf(TestNotice.WorstText, TestNotice.SameText).Sample(
        text =>
        {
            // Half a character is no JSON string; a message has none by then.
            var value = Notify.Notices.NoticeText.Lines(text);
            var filled = JsonTemplate.Parse("""{"a":"{title}","b":["x {title} y"]}""").Fill(new Dictionary<string, string> { ["title"] = value });
            var json = Shown.Json(filled);
            json.EnumerateObject().Should().HaveCount(2);
            json.GetProperty("a").GetString().Should().Be(value);
            json.GetProperty("b")[0].GetString().Should().Be($"x {value} y");
        },
        iter: 100);

    [Theory]
    [InlineData("Template", "{\"a\":", "is not JSON")]
    [InlineData("Template", "\"{title}\"", "is no JSON object")]
    [InlineData("Template", "{\"a\":\"{nodename}\"}", "has an unknown placeholder: write {title}, {text}")]
    [InlineData("Template", "{\"a\":\"{title\"}", "has a brace that belongs to no placeholder")]
    [InlineData("Title", "{nodename}", "has an unknown placeholder")]
    [InlineData("Text", "a } b", "has a brace that belongs to no placeholder")]
    public async Task A_template_is_checked_at_start(string key, string value, string problem)
    {
        var start = () => NotifyHost.StartAsync([("team:Type", "Webhook"), ("team:Url", "https://example.org"), ($"team:{key}", value)]);

        (await start.Should().ThrowAsync<Exception>()).Which.Message.Should().Contain($"ThunderStack:Handlers:team:{key} {problem}");
    }
}
