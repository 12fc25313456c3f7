namespace ThunderStack.Webhooks.Emulator.Tests.Page;

public sealed class PageTests
{
    [Fact]
    public async Task The_page_lists_nodes_and_deliveries_and_escapes_what_it_shows()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(
            ("WebhookUrl", receiver.Url), ("Nodes:0:NodeId", "node-a"), ("Nodes:0:Name", "<script>alert(1)</script>"));
        using var sent = await emulator.SendEventAsync("""{"nodeId":"node-a","status":"PAUSED","fault":"Duplicate"}""");

        using var response = await emulator.Http.GetAsync("/", TestContext.Current.CancellationToken);

        response.Content.Headers.ContentType!.MediaType.Should().Be("text/html");
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        page.Should().Contain("<td>node-a").And.Contain("<td>PAUSED").And.Contain("<td>Duplicate").And.Contain("<td>200, 200")
            .And.Contain("&lt;script&gt;").And.NotContain("<script>");
    }
}
