using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThunderStack.Webhooks.Dashboard.Tests.Browser;
using ThunderStack.Webhooks.Testing;
using static Microsoft.Playwright.Assertions;

namespace ThunderStack.Webhooks.Dashboard.Tests.Scenes;

/// <summary>A handler fails, its dead letters group, count, are replayed, succeed; another one is let go.</summary>
public sealed class DeadLetterTests(Chromium chromium)
{
    [Fact]
    public async Task Dead_letters_are_grouped_chosen_counted_replayed_once_and_succeed()
    {
        await using var receiver = await DashboardReceiver.StartAsync();
        await using var visit = await Visit.BeginAsync(chromium, receiver.Address);
        var page = visit.Page;
        receiver.HookFails = true;
        string[] ids = [await receiver.ReceiveAsync("node-a", "S1"), await receiver.ReceiveAsync("node-b", "S2"), await receiver.ReceiveAsync("node-a", "S3")];
        await visit.SignInAsync(DashboardReceiver.OperateKey);
        await visit.OpenAsync("/dead-letters");
        await visit.IsLiveAsync();

        var group = page.Locator("table.list tbody tr");
        await Expect(group).ToHaveCountAsync(1);
        await Expect(group.Locator("td.number")).ToHaveTextAsync("3");
        await group.Locator("td").First.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.Locator("table.list tbody tr")).ToHaveCountAsync(3);
        await page.Locator($"tr[data-row='{ids[0]}'] input").CheckAsync();
        await page.Locator($"tr[data-row='{ids[2]}'] input").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay the chosen" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Replay 2 dead letters to hook?");
        var question = page.Url;
        receiver.HookFails = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay 2" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("2 deliveries replayed");
        await Expect(page).ToHaveURLAsync(new Regex("/dead-letters/result\\?at=\\d+$"));

        // Whoever was asked before does it no second time, and the result can be shown to somebody else.
        var result = page.Url;
        await page.GotoAsync(question);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Nothing to replay");
        await page.GotoAsync(result);
        await Expect(page.Locator("dl.facts")).ToContainTextAsync("ops");
        await Eventually.TrueAsync(async () => (await receiver.Inbox.ListFailuresAsync(TestContext.Current.CancellationToken)).Sum(failures => failures.Count) == 1);
        await visit.OpenAsync($"/events/{ids[0]}");
        await Expect(page.GetByRole(AriaRole.Article, new() { Name = "hook" }).Locator(".ladder li")).ToHaveCountAsync(2);
        await Expect(page.GetByRole(AriaRole.Article, new() { Name = "hook" })).ToContainTextAsync("succeeded");

        await visit.OpenAsync("/dead-letters");
        await visit.IsLiveAsync();
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Discard") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Discard 1 dead letter of hook?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard 1" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("1 delivery discarded");
        await visit.OpenAsync("/dead-letters");
        await visit.IsLiveAsync();
        await Expect(page.Locator("#groups")).ToContainTextAsync("No dead letters.");

        // It comes back while somebody looks.
        receiver.HookFails = true;
        await receiver.ReceiveAsync("node-b", "S4");
        await Expect(group.Locator("td.number")).ToHaveTextAsync("1");
        visit.ShouldHaveBeenQuiet();
    }
}
