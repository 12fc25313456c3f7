using Microsoft.Playwright;

namespace ThunderStack.Webhooks.Dashboard.Tests.Browser;

/// <summary>The system's Chromium, one for all tests of this assembly. Where there is none a test is skipped and says so.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const float Patience = 90_000;

    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where it is.</summary>
    public static string? Path => Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } set ? set : Array.Find(Places, File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Path is not { } path)
        {
            return;
        }

        // On a busy machine a page that two people look at is asked for every 30 s.
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();

        // The sandbox needs rights that root gives up in a container; only pages of this repository are opened.
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
    }

    /// <summary>A browser's profile of its own.</summary>
    public Task<IBrowserContext> OpenAsync(int width = 1440, bool isDark = false, bool hasScript = true, string? baseUrl = null)
    {
        const string Missing = "There is no Chromium: install Debian's package chromium, or set CHROMIUM_PATH.";
        Assert.False(_browser is null && Environment.GetEnvironmentVariable("CI") == "true", Missing);
        Assert.SkipWhen(_browser is null, Missing);
        return _browser!.NewContextAsync(new()
        {
            BaseURL = baseUrl,

            // A proxy of a test has a certificate of its own making.
            IgnoreHTTPSErrors = true,
            ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 900 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = hasScript,
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
            ReducedMotion = ReducedMotion.Reduce,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }
}
