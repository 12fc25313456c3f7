using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace ThunderStack.Webhooks.Dashboard.Tests.Browser;

/// <summary>
/// Somebody's visit: a browser window with its cookies. Whatever the console says, whatever fails, and every request to another host is
/// a mistake.
/// </summary>
internal sealed class Visit : IAsyncDisposable
{
    // Only ever reached by a test that fails, on a machine that is busy.
    private const float Patience = 30_000;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _mistakes = new();

    private Visit(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page, Address) = (context, page, address);
        page.Console += (_, message) =>
        {
            // A browser reports every page that is answered with a problem.
            if (!ExpectsProblems || !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _mistakes.Enqueue($"{page.Url}: the console says {message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _mistakes.Enqueue($"{page.Url}: {error}");
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: not "data" } asked && asked.Authority != address.Authority)
            {
                _mistakes.Enqueue($"{page.Url}: asks another host: {asked}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Where the pages are, with the path below which they are.</summary>
    public Uri Address { get; }

    /// <summary>Whether pages are asked for that are answered with a problem.</summary>
    public bool ExpectsProblems { get; set; }

    public static async Task<Visit> BeginAsync(Chromium chromium, Uri address, bool hasScript = true)
    {
        var context = await chromium.OpenAsync(hasScript: hasScript);
        context.SetDefaultTimeout(Patience);
        return new Visit(context, await context.NewPageAsync(), new Uri($"{address.ToString().TrimEnd('/')}/"));
    }

    /// <summary>Opens a page by its path, without the leading slash of a server's root: the pages may be below one.</summary>
    public async Task<IResponse> OpenAsync(string path) =>
        (await Page.GotoAsync(new Uri(Address, path.TrimStart('/')).ToString(), new() { WaitUntil = WaitUntilState.DOMContentLoaded }))!;

    /// <summary>Types a key into the form.</summary>
    public async Task SignInAsync(string key)
    {
        await OpenAsync("/sign-in");
        await TypeKeyAsync(key);
        await Assertions.Expect(Page.Locator(".who")).ToBeVisibleAsync();
    }

    public async Task TypeKeyAsync(string key)
    {
        await Page.GetByLabel("Key").FillAsync(key);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>Waits until the page hears what happens.</summary>
    public Task IsLiveAsync() => Assertions.Expect(Page.Locator("button.live[data-state='on']")).ToHaveCountAsync(1);

    public Task<IReadOnlyList<BrowserContextCookiesResult>> CookiesAsync() => _context.CookiesAsync();

    /// <summary>The last step of every visit.</summary>
    public void ShouldHaveBeenQuiet() => _mistakes.Should().BeEmpty();

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
