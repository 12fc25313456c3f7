using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ThunderStack.Webhooks.Management.Tests;

namespace ThunderStack.Webhooks.Dashboard.Tests.Browser;

/// <summary>
/// Pages fit, on a desk and on a phone, whatever nodes are called. With THUNDERSTACK_PICTURES=docs/images it also takes the pictures of the
/// documentation.
/// </summary>
public sealed class LayoutTests(Chromium chromium)
{
    private static readonly string[] Names = ["alice-main", "bob", "carol", "dave-routing", "erin", "frank-swaps", "grace", "heidi"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_fit_and_the_browser_has_nothing_to_say_about_them(bool isHostile)
    {
        await using var receiver = await SceneAsync(isHostile);
        foreach (var (width, isDark) in new[] { (1440, false), (390, true) })
        {
            await using var context = await chromium.OpenAsync(width, isDark, baseUrl: receiver.Anybody.BaseAddress!.ToString());
            var page = await context.NewPageAsync();
            var said = new List<string>();
            page.Console += (_, message) => said.Add($"{page.Url}: {message.Text}");
            page.PageError += (_, error) => said.Add($"{page.Url}: {error}");
            await page.GotoAsync("/sign-in");
            await page.FillAsync("#key", ManagedReceiver.OperateKey);
            await page.ClickAsync("button.first");
            foreach (var path in (string[])["/", "/nodes", "/nodes/node-0", "/nodes/node-0?range=7d", "/nodes/node-0/stop", "/nodes/node-0/webhook-url", "/refusals", "/audit", "/settings"])
            {
                await page.GotoAsync(path);
                await page.Locator("main").WaitForAsync();

                (await page.FindStickingOutAsync()).Should().BeEmpty($"{path} fits into {width}");
                if (!isHostile)
                {
                    await PictureAsync(page, path, width);
                }
            }

            said.Should().BeEmpty();
        }
    }

    [Theory]
    [InlineData(false, "connecting")]
    [InlineData(true, "offline")]
    public async Task What_the_connection_does_fits_on_a_phone_beside_a_long_name(bool isRefused, string said)
    {
        const string Key = "0123456789abcdef0123456789abcdef-night";
        await using var receiver = await ManagedReceiver.StartAsync(
            new Dictionary<string, string?> { ["Management:ApiKeys:people-of-the-night-shift:Key"] = Key, ["Management:ApiKeys:people-of-the-night-shift:Role"] = "Read" }, webhooks => webhooks.AddDashboard());
        await using var context = await chromium.OpenAsync(390, baseUrl: receiver.Anybody.BaseAddress!.ToString());
        await context.RouteAsync("**/api/v1/stream", route => isRefused ? route.AbortAsync() : Task.CompletedTask);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.FillAsync("#key", Key);
        await page.ClickAsync("button.first");

        await page.GetByRole(AriaRole.Button, new() { Name = said }).WaitForAsync();

        (await page.FindStickingOutAsync()).Should().BeEmpty();
    }

    private static async Task PictureAsync(IPage page, string path, int width)
    {
        var name = (path, width) switch { ("/", 1440) => "overview", ("/", _) => "overview-phone", ("/nodes/node-0", 1440) => "node", _ => null };
        if (name is not null && Environment.GetEnvironmentVariable("THUNDERSTACK_PICTURES") is { Length: > 0 } folder)
        {
            await page.Locator("button.live[data-state=on]").WaitForAsync();
            await page.ScreenshotAsync(new() { Path = System.IO.Path.Combine(folder, $"{name}.png"), FullPage = width > 1_000 });
        }
    }

    /// <summary>Nodes in every state, and a handler with dead letters.</summary>
    private static async Task<ManagedReceiver> SceneAsync(bool isHostile)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Handlers:log:Type"] = "Log",
            ["Handlers:tickets:Type"] = "Forward",
            ["Handlers:tickets:Url"] = "http://127.0.0.1:1/tickets",
            ["Handlers:tickets:When:Statuses:0"] = "FAILED",
            ["Handlers:tickets:RetryDelays:0"] = "00:00:05",
        };
        for (var i = 0; i < Names.Length; i++)
        {
            settings[$"Nodes:{i}:NodeId"] = $"node-{i}";
            settings[$"Nodes:{i}:Name"] = !isHostile ? Names[i] : (i % 3) switch
            {
                0 => "a-name-of-sixty-four-characters-that-goes-on-and-on-until-it-end",
                1 => new string('W', 64),
                _ => "محطة المدينة الرئيسية",
            };
        }

        settings[$"Nodes:{Names.Length}:NodeId"] = isHostile ? new string('n', 64) : "7f3a9c0e-ivan";
        var receiver = await ManagedReceiver.StartAsync(settings, webhooks => webhooks.AddDashboard());
        string[][] lives =
        [
            ["RUNNING", "PAUSED", "STARTING", "RUNNING"], ["RUNNING"], ["STARTING", "RUNNING", "FAILED"], ["RUNNING", "IN_PROGRESS", "RUNNING"],
            ["RUNNING", "PAUSED"], ["PAUSED", "STARTING", "RUNNING"], ["RUNNING"], ["FAILED", "STARTING", "RUNNING"],
        ];
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < lives.Length; i++)
            {
                receiver.Time.Advance(TimeSpan.FromMinutes(23));
                if (round < lives[i].Length)
                {
                    await receiver.ReceiveAsync($"node-{i}", lives[i][round]);
                }
            }
        }

        await receiver.IsOpenAsync("nodeFailed");
        await receiver.IsOpenAsync("nodePaused");
        await receiver.IsOpenAsync("deadLetters");
        return receiver;
    }
}
