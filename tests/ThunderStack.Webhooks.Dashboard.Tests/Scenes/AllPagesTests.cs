using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using ThunderStack.Webhooks.Dashboard.Tests.Access;
using ThunderStack.Webhooks.Dashboard.Tests.Browser;
using ThunderStack.Webhooks.Dashboard.Text;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dashboard.Tests.Scenes;

/// <summary>
/// Every page that is mapped, with texts of others on it that nobody means well with: nothing runs, nothing is asked of another host, the
/// console says nothing, and whoever cannot see, or has no scripts, can use it.
/// </summary>
public sealed class AllPagesTests(Chromium chromium, AllPagesTests.Fixture shown) : IClassFixture<AllPagesTests.Fixture>
{
    // A thousand pieces of a text, each like the first ones: to look at all of them takes 17 s.
    private const string MostOfABody = "#body > :nth-child(n + 30)";

    private static readonly string? Pictures = Environment.GetEnvironmentVariable("THUNDERSTACK_PICTURES");

    [Fact]
    public async Task Every_page_is_quiet_and_accessible_in_light_and_dark_and_fits_on_a_phone()
    {
        await using var visit = await Visit.BeginAsync(chromium, shown.Receiver.Address);
        await visit.SignInAsync(DashboardReceiver.OperateKey);
        var problems = new List<string>();
        foreach (var path in shown.Addresses.Pages)
        {
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            var answer = await visit.OpenAsync(path);
            answer.Status.Should().Be((int)HttpStatusCode.OK, path);
            problems.AddRange(await ViolationsAsync(visit.Page, path));
            await PictureAsync(visit.Page, path, "light");
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            problems.AddRange(await DarkViolationsAsync(visit.Page, path));
            await PictureAsync(visit.Page, path, "dark");
            await visit.Page.SetViewportSizeAsync(390, 844);
            problems.AddRange((await visit.Page.FindStickingOutAsync()).Select(found => $"{path} on a phone: {found}"));
            await PictureAsync(visit.Page, path, "phone");
            await visit.Page.SetViewportSizeAsync(1440, 900);
            (await visit.Page.EvaluateAsync<bool>("'pwned' in window")).Should().BeFalse(path);
            if (await visit.Page.EvaluateAsync<bool>("/[\\u200b-\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]/.test(document.title + document.body.innerText)"))
            {
                problems.Add($"{path}: has characters that hide, or turn others round");
            }
        }

        problems.Should().BeEmpty();
        visit.ShouldHaveBeenQuiet();
    }

    [Fact]
    public async Task Every_page_works_without_scripts()
    {
        await using var visit = await Visit.BeginAsync(chromium, shown.Receiver.Address, hasScript: false);
        await visit.OpenAsync("/sign-in");
        await visit.TypeKeyAsync(DashboardReceiver.OperateKey);
        await visit.Page.WaitForURLAsync(new Regex("/$"));
        foreach (var path in shown.Addresses.Pages)
        {
            (await visit.OpenAsync(path)).Status.Should().Be((int)HttpStatusCode.OK, path);
            (await visit.Page.Locator("main h1").First.InnerTextAsync()).Should().NotBeEmpty(path);
            (await visit.Page.Locator("main button:visible:not([type=submit]):not([type=reset])").CountAsync()).Should().Be(0, $"on {path} it would do nothing");
        }

        // A change from its question to its result.
        await visit.OpenAsync("/handlers");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Pause hook" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause hook" }).ClickAsync();
        (await visit.Page.GetByRole(AriaRole.Status).InnerTextAsync()).Should().Contain("hook is paused.");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Resume hook" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Resume hook" }).ClickAsync();
        await visit.OpenAsync("/events");
        await visit.Page.GetByLabel("Status").SelectOptionAsync("PAUSED");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        visit.Page.Url.Should().EndWith("/events?status=PAUSED");
        visit.ShouldHaveBeenQuiet();
    }

    [Fact]
    public async Task Every_page_works_below_the_path_of_a_proxy_that_speaks_tls()
    {
        Assert.SkipWhen(shown.Proxy is null, "There is no Caddy. Install Debian's caddy.");
        await using var visit = await Visit.BeginAsync(chromium, shown.Proxy!.Address);
        await visit.SignInAsync(DashboardReceiver.OperateKey);
        (await visit.CookiesAsync()).Where(cookie => cookie.HttpOnly).Should().NotBeEmpty().And.OnlyContain(
            cookie => cookie.Secure && cookie.Path.StartsWith("/thunderstack"), "no other page of this host is given them");
        foreach (var path in shown.Addresses.Pages)
        {
            (await visit.OpenAsync(path)).Status.Should().Be((int)HttpStatusCode.OK, path);
            var outside = await visit.Page.EvaluateAsync<string[]>(
                """
                [...document.querySelectorAll('[href], [src], [action]')]
                    .map(e => new URL(e.getAttribute('href') ?? e.getAttribute('src') ?? e.getAttribute('action'), location.href))
                    .filter(a => a.protocol.startsWith('http') && !a.pathname.startsWith('/thunderstack/')).map(a => a.href)
                """);
            outside.Should().BeEmpty(path);
        }

        await visit.OpenAsync("/events");
        await visit.IsLiveAsync();
        await visit.Page.GetByLabel("Status").SelectOptionAsync("PAUSED");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await visit.Page.WaitForURLAsync(new Regex("/thunderstack/events\\?status=PAUSED$"));
        visit.ShouldHaveBeenQuiet();
    }

    [Fact]
    public async Task A_body_is_shown_exactly_and_what_cannot_be_seen_is_named()
    {
        await using var visit = await Visit.BeginAsync(chromium, shown.Receiver.Address);
        await visit.SignInAsync(DashboardReceiver.ReadKey);
        await visit.OpenAsync($"/events/{shown.EventId}");

        var text = await visit.Page.Locator("#body").EvaluateAsync<string>("e => e.textContent");

        shown.Body.Length.Should().BeInRange(64 * 1024 - 200, 64 * 1024);
        (await visit.Page.EvaluateAsync<string[]>(
            """
            most => {
                const kinds = selector => new Set([...document.querySelectorAll(selector)].map(piece => `${piece.tagName}.${piece.className}`));
                return [...kinds(most)].filter(kind => !kinds(`#body > :not(${most})`).has(kind));
            }
            """,
            MostOfABody)).Should().BeEmpty("what is not looked at is like what is");
        text.Should().Be(string.Concat(VisibleText.Of(shown.Body).Select(part => part.Count > 1 ? $"{part.Text} × {part.Count}" : part.Text)));
        text.Should().Contain("<script>window.pwned=1</script>").And.Contain("U+202E").And.NotContain("\u202E").And.NotContain("\u200B");
        (await visit.Page.EvaluateAsync<bool>("'pwned' in window")).Should().BeFalse();
        (await visit.Page.ContentAsync()).Should().NotContain("\u202E").And.NotContain("\u200B", "no page has them, wherever a text of others stands");
        visit.ShouldHaveBeenQuiet();
    }

    private static async Task<IEnumerable<string>> ViolationsAsync(IPage page, string path)
    {
        var result = await page.RunAxe(
            new AxeRunContext { Exclude = [new AxeSelector(MostOfABody)] }, new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        return result.Violations.SelectMany(violation => violation.Nodes.Take(3).Select(node => $"{path}: {violation.Id}: {violation.Help}: {node.Html}"));
    }

    // Only colours differ. The script of the run before is still there: to send it again would take as long as to run it.
    private static async Task<IEnumerable<string>> DarkViolationsAsync(IPage page, string path)
    {
        var found = await page.EvaluateAsync<string[]>(
            """
            async most => (await axe.run({ exclude: [most] }, { runOnly: ['color-contrast'], resultTypes: ['violations'] }))
                .violations.flatMap(violation => violation.nodes.slice(0, 3).map(node => `${violation.id}: ${node.html}`))
            """,
            MostOfABody);
        return found.Select(violation => $"{path} (dark): {violation}");
    }

    private static async Task PictureAsync(IPage page, string path, string kind)
    {
        if (Pictures is not null)
        {
            var name = Regex.Replace(path.Trim('/'), "[^a-z0-9]+", "-").Trim('-');
            await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{(name.Length is 0 ? "overview" : name.Length > 60 ? name[..60] : name)}.{kind}.png"), FullPage = true });
        }
    }

    /// <summary>A receiver that has seen much, most of it meant badly, and a proxy before it.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal DashboardReceiver Receiver { get; private set; } = null!;

        internal PageAddresses Addresses { get; private set; } = null!;

        internal PathProxy? Proxy { get; private set; }

        internal string EventId { get; private set; } = "";

        internal byte[] Body { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            Proxy = PathProxy.IsInstalled || Environment.GetEnvironmentVariable("CI") == "true" ? new PathProxy() : null;
            Receiver = await DashboardReceiver.StartAsync(new()
            {
                ["Management:PublicUrl"] = Proxy?.Address.ToString(),
                ["Nodes:1:Name"] = HostileText.Name,
            });
            var starting = Proxy?.StartAsync(Receiver.Port) ?? Task.CompletedTask;
            Receiver.HookFails = true;
            foreach (var status in (string[])["RUNNING", "PAUSED", "FAILED", "STARTING", "IN_PROGRESS", HostileText.Status])
            {
                await Receiver.IsDeliveredAsync(await Receiver.ReceiveAsync("node-b", status));
            }

            var timestamp = Receiver.NextTimestamp();
            Body = HostileText.Body("node-a", timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
            EventId = await Receiver.ReceiveExactlyAsync(Body);
            await Receiver.IsDeliveredAsync(EventId);
            using var person = await Person.SignedInAsync(Receiver.Address, DashboardReceiver.OperateKey);
            using var replayed = await person.PostAsync(
                "/dead-letters/replay", await person.TokenAsync(), ("handler", "hook"), ("e0", EventId), ("asOf", Receiver.NextTimestamp().AddMinutes(1).ToString("O")));
            replayed.Headers.Location!.ToString().Should().StartWith("/dead-letters/result?at=");
            var result = (await Receiver.Inbox.ListAuditAsync(1, CancellationToken.None))[0];
            await Receiver.IsDeadAgainAsync(EventId);
            Addresses = new PageAddresses(Receiver, EventId, result.At.ToUnixTimeMilliseconds());
            await starting;
        }

        public async ValueTask DisposeAsync()
        {
            if (Proxy is not null)
            {
                await Proxy.DisposeAsync();
            }

            await Receiver.DisposeAsync();
        }
    }
}
