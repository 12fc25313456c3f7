using System.Net;
using System.Text;

namespace ThunderStack.Webhooks.Emulator.Tests;

public sealed class BrowserGuardTests
{
    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Host", "evil.example:8090")]
    [InlineData("Host", "127.0.0.1.evil.example")]
    [InlineData("Host", "notlocalhost")]
    public async Task A_page_of_another_site_cannot_make_the_emulator_send(string header, string value)
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(("Nodes:0:NodeId", "node-a"));

        using var answer = await SendAsync(
            emulator, HttpMethod.Post, "/emulator/events", $$"""{"nodeId":"node-a","url":"{{receiver.Url}}"}""", (header, value));

        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await emulator.DeliveriesAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/emulator/deliveries")]
    [InlineData("/api/nodes")]
    [InlineData("/api/webhook-public-key")]
    public async Task A_page_that_has_its_own_name_mean_this_machine_reads_nothing(string path)
    {
        await using var emulator = await RunningEmulator.StartAsync();

        using var answer = await SendAsync(emulator, HttpMethod.Get, path, body: null, ("Host", "evil.example"), ("Sec-Fetch-Site", "same-origin"));

        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("--AllowedHosts=evil.example");
    }

    [Fact]
    public async Task The_emulators_own_page_a_link_to_it_and_programs_are_served()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var own = emulator.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

        (string Name, string Value)[][] allowed =
        [
            [],
            [("Host", "localhost:8090")],
            [("Host", "cloud.localhost")],
            [("Host", "[::1]:8090")],
            [("Host", "192.168.1.5")],
            [("Origin", own), ("Sec-Fetch-Site", "same-origin")],
            [("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate")],
            [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")],
        ];
        foreach (var headers in allowed)
        {
            using var answer = await SendAsync(emulator, HttpMethod.Get, "/", body: null, headers);
            answer.StatusCode.Should().Be(HttpStatusCode.OK, "of {0}", string.Join(", ", headers));
        }
    }

    [Fact]
    public async Task Another_name_is_answered_when_it_is_allowed()
    {
        await using var emulator = await RunningEmulator.StartAsync(["--AllowedHosts=cloud.test"]);

        using var named = await SendAsync(emulator, HttpMethod.Get, "/", body: null, ("Host", "cloud.test"));
        using var other = await SendAsync(emulator, HttpMethod.Get, "/", body: null, ("Host", "evil.example"));

        named.StatusCode.Should().Be(HttpStatusCode.OK);
        other.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        RunningEmulator emulator, HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        // What a form or a plain fetch of another site may send without asking first.
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "text/plain"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).Should().BeTrue();
        }

        return await emulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
