using Microsoft.Playwright;
using ThunderStack.Webhooks.Dashboard.Tests.Browser;
using ThunderStack.Webhooks.Testing;
using static Microsoft.Playwright.Assertions;

namespace ThunderStack.Webhooks.Dashboard.Tests.Scenes;

/// <summary>Whoever guesses keys.</summary>
public sealed class LimitTests(Chromium chromium)
{
    [Fact]
    public async Task After_ten_wrong_keys_a_right_one_helps_only_when_the_minute_is_over()
    {
        var time = new CountedClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var receiver = await DashboardReceiver.StartAsync(time: time);
        await using var visit = await Visit.BeginAsync(chromium, receiver.Address);
        visit.ExpectsProblems = true;
        await visit.OpenAsync("/sign-in");
        for (var i = 0; i < 10; i++)
        {
            await visit.TypeKeyAsync($"0123456789abcdef0123456789abcdef-{i}");
            await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("none of");
        }

        await visit.TypeKeyAsync(DashboardReceiver.OperateKey);
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many wrong keys came from this address");

        time.Advance(TimeSpan.FromSeconds(61));
        await visit.TypeKeyAsync(DashboardReceiver.OperateKey);
        await Expect(visit.Page.Locator(".who")).ToHaveTextAsync("ops");
        visit.ShouldHaveBeenQuiet();
    }
}
