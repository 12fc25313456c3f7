using System.Net;
using System.Text.RegularExpressions;

namespace ThunderStack.Webhooks.Emulator.Tests.Page;

public sealed partial class PageTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_lists_nodes_and_deliveries_and_escapes_what_it_shows()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(
            ("WebhookUrl", receiver.Url), ("Nodes:0:NodeId", "node-a"), ("Nodes:0:Name", "<script>alert(1)</script>"));
        using var sent = await emulator.SendEventAsync("""{"nodeId":"node-a","status":"PAUSED","fault":"Duplicate"}""");

        using var response = await emulator.Http.GetAsync("/", None);

        response.Content.Headers.ContentType!.MediaType.Should().Be("text/html");
        response.Headers.GetValues("Content-Security-Policy").Single().Should().Contain("default-src 'none'").And.NotContain("unsafe");
        var page = await response.Content.ReadAsStringAsync(None);
        page.Should().Contain("&lt;script&gt;").And.NotContain("<script>").And.NotContain(" style=").And.NotContain(" onclick=");
        page.Should().Contain("<bdi>node-a</bdi>").And.Contain("<span>PAUSED</span>").And.Contain("<span>Duplicate</span>");
        Attempts().Matches(page).Should().HaveCount(2).And.OnlyContain(attempt => attempt.Value.EndsWith("<span>200</span>", StringComparison.Ordinal), "each attempt has its exact time and answer");
        page.Should().Contain("&quot;nodeId&quot;:&quot;node-a&quot;", "the exact body is there");
        foreach (Match asset in Assets().Matches(page))
        {
            (await emulator.Http.GetAsync(asset.Groups["path"].Value, None)).StatusCode.Should().Be(HttpStatusCode.OK, asset.Value);
        }
    }

    [Fact]
    public async Task A_failure_is_red_and_not_by_its_colour_alone()
    {
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", "http://127.0.0.1:1/"), ("Nodes:0:NodeId", "node-a"));

        var page = await PostAsync(emulator, "send", ("nodeId", "node-a"), ("status", "FAILED"));

        page.Should().Contain("class=\"notice bad\"").And.Contain("was not answered").And.MatchRegex("<span class=\"status red\"><svg.*?</svg><span>FAILED</span>");
    }

    [Fact]
    public async Task Its_forms_do_what_the_API_does_and_work_without_scripts()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url), ("Nodes:0:NodeId", "node-a"));

        (await PostAsync(emulator, "send", ("nodeId", "node-a"), ("status", "STARTING"), ("fault", ""), ("url", ""))).Should().Contain("was answered 200");
        (await PostAsync(emulator, "nodes", ("nodeId", "node-a"), ("action", "stop"))).Should().Contain("node-a stops.");
        (await PostAsync(emulator, "nodes", ("nodeId", "nobody"), ("action", "stop"))).Should().Contain("notice bad").And.Contain("no such node");
        (await PostAsync(emulator, "create", ("name", "new <node>"), ("network", "regtest"), ("url", ""))).Should().Contain("is being created").And.Contain("new &lt;node&gt;");
        (await PostAsync(emulator, "webhook-url", ("nodeId", "node-a"), ("url", "ftp://x"))).Should().Contain("notice bad");
        (await PostAsync(emulator, "faults", ("fault", "TamperedBody"), ("nodeId", "node-a"), ("count", "2"), ("every", "1"))).Should().Contain("TamperedBody is on its way").And.Contain("2 in all");
        (await PostAsync(emulator, "send", ("nodeId", "node-a"))).Should().Contain("<span>TamperedBody</span>");
        (await PostAsync(emulator, "faults", ("clear", "yes"))).Should().Contain("have no faults").And.NotContain("2 in all");
        (await PostAsync(emulator, "node-faults", ("fault", "Hang"), ("nodeId", ""), ("count", ""))).Should().Contain("any node, without an end");
        (await PostAsync(emulator, "bursts", ("count", "5"), ("rate", ""), ("nodeId", "node-a"))).Should().Contain("5 sent in ").And.Contain("5 &#xD7; 200");
        (await PostAsync(emulator, "bursts", ("count", "1000000"), ("rate", ""))).Should().Contain("notice bad");
        (await PostAsync(emulator, "certificate", ("nodeId", "node-a"))).Should().Contain("BEGIN CERTIFICATE");
        (await PostAsync(emulator, "key", ("answer", "Pkcs1Pem"))).Should().Contain("<option selected>Pkcs1Pem</option>");
        var before = Fingerprint().Match(await emulator.Http.GetStringAsync("/", None)).Value;
        before.Should().NotBeEmpty().And.NotBe(Fingerprint().Match(await PostAsync(emulator, "rotate-key")).Value);
    }

    [Fact]
    public async Task Its_forms_are_for_its_own_page_and_a_note_cannot_be_made_up()
    {
        await using var emulator = await RunningEmulator.StartAsync(("Nodes:0:NodeId", "node-a"));
        using var form = new FormUrlEncodedContent([]);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/page/rotate-key") { Content = form, Headers = { { "Origin", "https://evil.example.com" } } };
        using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");

        (await emulator.Http.SendAsync(foreign, None)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await emulator.Http.PostAsync("/page/rotate-key", json, None)).StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
        (await emulator.Http.GetStringAsync("/?note=send%20money", None)).Should().NotContain("money").And.NotContain("class=\"notice");
    }

    private static async Task<string> PostAsync(RunningEmulator emulator, string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await emulator.Http.PostAsync($"/page/{path}", form, None);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync(None);
    }

    [GeneratedRegex("<li><time datetime=\"[^\"]+\">[0-9-]+ [0-9:]+\\.[0-9]{3}</time> <span class=\"status green\">.*?<span>[0-9]+</span>")]
    private static partial Regex Attempts();

    [GeneratedRegex("(?:href|src)=\"(?<path>assets/[^\"]+)\"")]
    private static partial Regex Assets();

    [GeneratedRegex("<code>[0-9a-f]{64}</code>")]
    private static partial Regex Fingerprint();
}
