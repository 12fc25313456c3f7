using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Management.Tests;

namespace ThunderStack.Webhooks.Dashboard.Tests.Access;

/// <summary>Who comes in by a form, and how long they stay.</summary>
public sealed class SignInTests
{
    private const string PublicUrl = "https://ops.example.com/thunderstack";

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_has_not_signed_in_is_led_to_the_form_and_back()
    {
        await using var receiver = await StartAsync();
        using var visitor = new Visitor(receiver);

        using var led = await visitor.GetAsync("/nodes?state=RUNNING");
        led.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        led.Headers.Location!.ToString().Should().Be("/sign-in?return=%2Fnodes%3Fstate%3DRUNNING");
        (await visitor.SeeAsync(led.Headers.Location.ToString())).Should().Contain("value=\"/nodes?state=RUNNING\"");

        using var signedIn = await visitor.SendAsync("/sign-in", ("key", ManagedReceiver.ReadKey), ("return", "/nodes?state=RUNNING"));
        signedIn.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        signedIn.Headers.Location!.ToString().Should().Be("/nodes?state=RUNNING");
        signedIn.Headers.GetValues("Set-Cookie").Should().ContainSingle(cookie => cookie.StartsWith("thunderstack-session=", StringComparison.Ordinal)).Which
            .ToLowerInvariant().Should().Contain("httponly").And.Contain("samesite=lax").And.Contain("path=/").And.NotContain("secure");
        (await visitor.SeeAsync("/")).Should().Contain("alpha").And.Contain("Signed in with the key viewer, which may look.");
        receiver.Log.Lines.Should().NotContain(line => line.Contains("overridden", StringComparison.Ordinal), "nobody wants a warning for each page");
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public async Task Nobody_is_led_to_another_site(string back)
    {
        await using var receiver = await StartAsync();
        using var visitor = new Visitor(receiver);

        using var signedIn = await visitor.SignInAsync(ManagedReceiver.ReadKey, back);

        signedIn.Headers.Location!.ToString().Should().Be("/");
    }

    [Fact]
    public async Task A_wrong_key_is_told_and_after_ten_of_them_the_address_waits()
    {
        await using var receiver = await StartAsync();
        using var visitor = new Visitor(receiver);
        for (var i = 0; i < 10; i++)
        {
            using var refused = await visitor.SignInAsync("0123456789abcdef0123456789abcdef-guess");
            refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
            (await refused.Content.ReadAsStringAsync(None)).Should().Contain("The key is none of").And.NotContain("-guess");
        }

        using var limited = await visitor.SignInAsync(ManagedReceiver.OperateKey);
        limited.StatusCode.Should().Be(HttpStatusCode.TooManyRequests, "a right one must not tell that it is right");

        receiver.Time.Advance(TimeSpan.FromSeconds(61));
        using var let = await visitor.SignInAsync(ManagedReceiver.OperateKey);
        let.StatusCode.Should().Be(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_cookie_dies_with_its_key_and_after_twelve_hours()
    {
        await using var receiver = await StartAsync();
        using var visitor = new Visitor(receiver);
        using var viewer = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.OperateKey)).Dispose();
        (await viewer.SignInAsync(ManagedReceiver.ReadKey)).Dispose();
        await visitor.SeeAsync("/");

        var settings = (IConfigurationRoot)receiver.Services.GetRequiredService<IConfiguration>();
        settings["ThunderStack:Management:ApiKeys:ops:Key"] = "fedcba9876543210fedcba9876543210-new";
        settings.Reload();

        await visitor.SeeAsync("/", HttpStatusCode.SeeOther);
        await viewer.SeeAsync("/");
        receiver.Time.Advance(TimeSpan.FromHours(12) + TimeSpan.FromMinutes(1));
        await viewer.SeeAsync("/", HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_role_that_changes_counts_at_once()
    {
        await using var receiver = await StartAsync();
        using var visitor = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.ReadKey)).Dispose();
        (await visitor.SeeAsync("/nodes/node-a")).Should().NotContain("/nodes/node-a/unlock");

        var settings = (IConfigurationRoot)receiver.Services.GetRequiredService<IConfiguration>();
        settings["ThunderStack:Management:ApiKeys:viewer:Role"] = "Operate";
        settings.Reload();

        (await visitor.SeeAsync("/nodes/node-a")).Should().Contain("/nodes/node-a/unlock");
    }

    [Fact]
    public async Task Whoever_signs_out_has_to_sign_in_again()
    {
        await using var receiver = await StartAsync();
        using var visitor = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.ReadKey)).Dispose();
        await visitor.SeeAsync("/");

        using var signedOut = await visitor.SendAsync("/sign-out");

        signedOut.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        await visitor.SeeAsync("/", HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_cookie_is_taken_by_pages_and_by_the_stream_and_by_nothing_else()
    {
        await using var receiver = await StartAsync();
        using var visitor = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.OperateKey)).Dispose();

        (await visitor.GetAsync("/api/v1/overview")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await visitor.GetAsync("/openapi/v1.json")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await visitor.SendAsync("/api/v1/key/refresh")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        using var stream = await visitor.OpenAsync("/api/v1/stream");
        stream.StatusCode.Should().Be(HttpStatusCode.OK);
        stream.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
    }

    [Fact]
    public async Task A_key_in_a_header_opens_no_page()
    {
        await using var receiver = await StartAsync();

        using var answer = await receiver.Operator.GetAsync("/nodes", None);

        answer.RequestMessage!.RequestUri!.AbsolutePath.Should().Be("/sign-in");
    }

    [Fact]
    public async Task Below_a_path_behind_https_every_address_and_every_cookie_has_the_path()
    {
        await using var receiver = await StartAsync(new() { ["Management:PublicUrl"] = PublicUrl });
        foreach (var seen in (string[])["/thunderstack", ""])
        {
            // Whether the proxy takes the path away or not.
            using var visitor = new Visitor(receiver, "ops.example.com");
            using var form = await visitor.GetAsync($"{seen}/sign-in");
            form.Headers.GetValues("Set-Cookie").Should().OnlyContain(cookie => cookie.Contains("path=/thunderstack", StringComparison.Ordinal) && cookie.Contains("secure", StringComparison.Ordinal));
            var html = await form.Content.ReadAsStringAsync(None);
            html.Should().Contain("href=\"/thunderstack/assets/dashboard.").And.Contain("action=\"/thunderstack/sign-in\"").And.NotContain("href=\"/assets");

            using var led = await visitor.GetAsync($"{seen}/nodes");
            led.Headers.Location!.ToString().Should().Be("/thunderstack/sign-in?return=%2Fnodes");
        }
    }

    [Fact]
    public async Task Without_keys_pages_are_open_to_the_developer_at_the_machine_and_say_so()
    {
        Dictionary<string, string?> withoutKeys = new()
        {
            ["Management:ApiKeys:viewer:Key"] = null,
            ["Management:ApiKeys:viewer:Role"] = null,
            ["Management:ApiKeys:ops:Key"] = null,
            ["Management:ApiKeys:ops:Role"] = null,
        };
        await using var development = await StartAsync(withoutKeys, "Development");
        using var developer = new Visitor(development);
        (await developer.SeeAsync("/")).Should().Contain("Open without a key").And.NotContain("Sign out");

        // A link on another page may lead here; nothing else that it has a browser send is answered.
        using var linked = new HttpRequestMessage(HttpMethod.Get, "/nodes") { Headers = { { "Sec-Fetch-Site", "cross-site" }, { "Sec-Fetch-Mode", "navigate" } } };
        (await development.Anybody.SendAsync(linked, None)).StatusCode.Should().Be(HttpStatusCode.OK);
        foreach (var (method, path, mode) in new[] { (HttpMethod.Get, "/nodes", "cors"), (HttpMethod.Post, "/key/refresh", "navigate"), (HttpMethod.Get, "/api/v1/stream", "navigate") })
        {
            using var forged = new HttpRequestMessage(method, path) { Headers = { { "Sec-Fetch-Site", "cross-site" }, { "Sec-Fetch-Mode", mode } } };
            using var refused = await development.Anybody.SendAsync(forged, HttpCompletionOption.ResponseHeadersRead, None);
            refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized, path);
        }

        await using var production = await StartAsync(withoutKeys);
        using var stranger = new Visitor(production);
        await stranger.SeeAsync("/", HttpStatusCode.Unauthorized);
        (await stranger.SeeAsync("/sign-in")).Should().Contain("There is no key to sign in with");
    }

    private static Task<ManagedReceiver> StartAsync(Dictionary<string, string?>? settings = null, string environment = "Production") =>
        ManagedReceiver.StartAsync(settings, webhooks => webhooks.AddDashboard(), environment);
}
