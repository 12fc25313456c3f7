using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Hosting;
using ThunderStack.Webhooks.Management.Routing;
using ThunderStack.Webhooks.Management.Tests;

namespace ThunderStack.Webhooks.Dashboard.Tests.Access;

/// <summary>Every page and every form that is mapped, tried by whoever may not.</summary>
public sealed class PageAccessTests
{
    // What whoever has not signed in is shown.
    private static readonly string[] Open = ["GET /sign-in", "POST /sign-in", "GET /assets/{name}", "POST /preferences/theme", "POST /preferences/zone"];

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_way_in_is_open_and_what_changes_something_has_its_role_and_is_written_down()
    {
        await using var receiver = await StartAsync();

        var pages = PagesOf(receiver);

        pages.Where(page => page.Audience == Audience.Anybody).Select(page => $"{page.Method} {page.Pattern}").Should().BeEquivalentTo(Open);
        pages.Should().HaveCountGreaterThan(10);
        pages.Where(page => page.Action is not null).Should().OnlyContain(page => page.Role == ManagementRole.Operate && page.Method == "POST" && page.Body != null);
        pages.Where(page => page.Method == "POST").Should().OnlyContain(page => page.Body != null, "a form without a body has no token");
    }

    [Fact]
    public async Task Without_a_cookie_and_with_a_forged_one_every_page_leads_to_the_form()
    {
        await using var receiver = await StartAsync();
        foreach (var cookie in (string?[])[null, "forged"])
        {
            using var visitor = new Visitor(receiver);
            if (cookie is not null)
            {
                visitor.Cookies.Add(receiver.Anybody.BaseAddress!, new Cookie("thunderstack-session", cookie));
            }

            foreach (var page in PagesOf(receiver).Where(page => page.Audience == Audience.People))
            {
                using var answer = page.Method == "GET" ? await visitor.GetAsync(PathOf(page)) : await visitor.SendAsync(PathOf(page));

                answer.StatusCode.Should().Be(HttpStatusCode.SeeOther, page.Pattern);
                answer.Headers.Location!.ToString().Should().StartWith("/sign-in", page.Pattern);
            }
        }
    }

    [Fact]
    public async Task Every_form_needs_the_token_that_a_page_of_this_person_had()
    {
        await using var receiver = await StartAsync();
        using var other = new Visitor(receiver);
        (await other.SignInAsync(ManagedReceiver.ReadKey)).Dispose();
        await other.SeeAsync("/");
        using var visitor = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.OperateKey)).Dispose();
        foreach (var page in PagesOf(receiver).Where(page => page.Method == "POST"))
        {
            foreach (var token in (string[])["", "forged", other.Token!])
            {
                using var answer = await visitor.SendWithTokenAsync(PathOf(page), token);

                answer.StatusCode.Should().Be(HttpStatusCode.BadRequest, page.Pattern);
                (await answer.Content.ReadAsStringAsync(None)).Should().Contain("too old");
            }
        }

        (await receiver.GetAsync("/api/v1/audit")).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task A_key_that_may_look_changes_nothing_and_sees_no_button_that_would()
    {
        await using var receiver = await StartAsync();
        await receiver.ReceiveAsync("node-a", "PAUSED");
        await receiver.IsOpenAsync("nodePaused");
        using var visitor = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.ReadKey)).Dispose();
        var pages = PagesOf(receiver);
        var forms = pages.Where(page => page.Action is not null).Select(PathOf).ToList();
        foreach (var page in pages.Where(page => page.Audience == Audience.People))
        {
            using var answer = page.Method == "GET" ? await visitor.GetAsync(PathOf(page)) : await visitor.SendAsync(PathOf(page));

            if (page.Role == ManagementRole.Operate)
            {
                answer.StatusCode.Should().Be(HttpStatusCode.Forbidden, page.Pattern);
                (await answer.Content.ReadAsStringAsync(None)).Should().Contain("Your key may not do this");
            }
            else if (page.Method == "GET")
            {
                var html = await answer.Content.ReadAsStringAsync(None);
                forms.Should().NotContain(form => html.Contains($"action=\"{form}\"", StringComparison.Ordinal), page.Pattern);
            }
            else
            {
                // It was the sign-out.
                (await visitor.SignInAsync(ManagedReceiver.ReadKey)).Dispose();
            }
        }
    }

    [Fact]
    public async Task A_forged_host_is_refused()
    {
        await using var receiver = await StartAsync();
        using var visitor = new Visitor(receiver, "evil.example");
        foreach (var page in PagesOf(receiver))
        {
            using var answer = page.Method == "GET" ? await visitor.GetAsync(PathOf(page)) : await visitor.SendAsync(PathOf(page));

            answer.StatusCode.Should().Be(HttpStatusCode.MisdirectedRequest, page.Pattern);
        }
    }

    [Fact]
    public async Task The_port_for_webhooks_has_no_page()
    {
        await using var receiver = await StartAsync();
        foreach (var page in PagesOf(receiver))
        {
            using var answer = await receiver.Webhooks.SendAsync(new HttpRequestMessage(new HttpMethod(page.Method), PathOf(page)), None);

            answer.StatusCode.Should().Be(HttpStatusCode.NotFound, page.Pattern);
        }
    }

    [Fact]
    public async Task Every_page_says_what_a_browser_may_make_of_it_and_has_nothing_inline()
    {
        await using var receiver = await StartAsync();
        await receiver.ReceiveAsync();
        using var visitor = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.OperateKey)).Dispose();
        foreach (var page in PagesOf(receiver).Where(page => page.Method == "GET" && !page.Pattern.StartsWith("/assets", StringComparison.Ordinal)))
        {
            using var answer = await visitor.GetAsync(PathOf(page));
            var html = await answer.Content.ReadAsStringAsync(None);

            if (answer.StatusCode == HttpStatusCode.SeeOther)
            {
                continue;
            }

            answer.Headers.GetValues("Content-Security-Policy").Should().Equal(
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
            answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
            answer.Headers.GetValues("X-Frame-Options").Should().Equal("DENY");
            answer.Headers.GetValues("Referrer-Policy").Should().Equal("same-origin");
            answer.Headers.CacheControl!.NoStore.Should().BeTrue();
            answer.Headers.Contains("X-Refresh-After").Should().Be(html.Contains("data-live=\"", StringComparison.Ordinal) && !html.Contains("data-live=\"\"", StringComparison.Ordinal), page.Pattern);
            html.Should().NotMatchRegex("""<[^>]+\sstyle=""").And.NotMatchRegex("""<[^>]+\son[a-z]+=""").And.NotMatchRegex("<script(?![^>]* src=)").And.NotContain("<style");
        }
    }

    [Fact]
    public async Task Files_of_the_pages_are_kept_by_a_browser_and_found_by_their_hash_alone()
    {
        await using var receiver = await StartAsync();
        using var visitor = new Visitor(receiver);
        var html = await visitor.SeeAsync("/sign-in");
        foreach (var name in (string[])["css", "js"])
        {
            var path = System.Text.RegularExpressions.Regex.Match(html, $"\"(/assets/dashboard\\.[0-9a-f]+\\.{name})\"").Groups[1].Value;
            using var file = await visitor.GetAsync(path);
            file.StatusCode.Should().Be(HttpStatusCode.OK);
            file.Headers.CacheControl!.ToString().Should().Contain("immutable").And.Contain("max-age=31536000");
        }

        await visitor.SeeAsync("/assets/dashboard.000000000000.css", HttpStatusCode.NotFound);
    }

    private static Task<ManagedReceiver> StartAsync() => ManagedReceiver.StartAsync(configure: webhooks => webhooks.AddDashboard());

    private static List<ManagementRoute> PagesOf(ManagedReceiver receiver) =>
        [.. receiver.Services.GetRequiredService<ManagementHost>().Server!.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<ManagementRoute>()).OfType<ManagementRoute>().Where(route => route.IsPage)];

    private static string PathOf(ManagementRoute page) => page.Pattern.Replace("{nodeId}", "node-a", StringComparison.Ordinal)
        .Replace("{eventId}", new string('0', 64), StringComparison.Ordinal).Replace("{name}", "log", StringComparison.Ordinal);
}
