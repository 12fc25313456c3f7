using System.Net;
using System.Text.Json;

namespace ThunderStack.Webhooks.Emulator.Tests.Bursts;

public sealed class BurstTests
{
    [Fact]
    public async Task A_burst_sends_as_many_different_events_as_were_asked_for_and_counts_the_answers()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(
            ("WebhookUrl", receiver.Url), ("Nodes:0:NodeId", "a"), ("Nodes:1:NodeId", "b"));

        using var answer = await emulator.ControlAsync(HttpMethod.Post, "/emulator/bursts", """{"count":100}""");

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        var result = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        result.GetProperty("sent").GetInt32().Should().Be(100);
        result.GetProperty("answers").GetProperty("200").GetInt32().Should().Be(100);
        var bodies = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 100; i++)
        {
            bodies.Add((await receiver.NextAsync()).Json.GetRawText());
        }

        bodies.Should().HaveCount(100);
        bodies.Count(body => body.Contains("\"nodeId\":\"a\"}", StringComparison.Ordinal)).Should().BeGreaterThanOrEqualTo(50);
    }

    [Fact]
    public async Task A_rate_is_kept_to_by_the_clock()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url));

        var burst = emulator.ControlAsync(HttpMethod.Post, "/emulator/bursts", """{"count":3,"rate":0.5,"nodeId":"a"}""");
        for (var second = 1; second <= 2; second++)
        {
            await receiver.NextAsync();
            emulator.Time.Advance(await emulator.Time.UntilBegunAsync(second, wait => wait == TimeSpan.FromSeconds(2)));
        }

        using var answer = await burst;
        var result = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        result.GetProperty("seconds").GetDouble().Should().Be(4);
    }

    [Theory]
    [InlineData("{}", "count is 0")]
    [InlineData("""{"count":1,"rate":-1}""", "rate is -1")]
    [InlineData("""{"count":1}""", "no node to send for")]
    [InlineData("""{"count":1,"nodeId":"a","url":"x"}""", "url is 'x'")]
    public async Task Bad_input_is_400_and_says_what_to_write(string json, string expected)
    {
        await using var emulator = await RunningEmulator.StartAsync();

        using var response = await emulator.ControlAsync(HttpMethod.Post, "/emulator/bursts", json);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain(expected);
    }
}
