using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThunderStack.Webhooks.Dashboard.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace ThunderStack.Webhooks.Dashboard.Tests.Scenes;

/// <summary>What somebody does on the pages, in a real browser.</summary>
public sealed class VisitTests(Chromium chromium, SharedReceiver shared) : IClassFixture<SharedReceiver>
{
    private DashboardReceiver Receiver => shared.Receiver;

    [Fact]
    public async Task A_wrong_key_is_refused_a_right_one_leads_back_and_signing_out_ends_it()
    {
        await using var visit = await Visit.BeginAsync(chromium, Receiver.Address);
        visit.ExpectsProblems = true;
        var page = visit.Page;

        await visit.OpenAsync("/events?status=FAILED");
        await visit.TypeKeyAsync("0123456789abcdef0123456789abcdef-guess");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The key is none of ThunderStack:Management:ApiKeys.");
        await visit.TypeKeyAsync(DashboardReceiver.ReadKey);

        await Expect(page).ToHaveURLAsync(new Regex("/events\\?status=FAILED$"));
        await Expect(page.Locator(".who")).ToHaveTextAsync("viewer");
        await page.Locator("details.menu > summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in"));
        await visit.OpenAsync("/events");
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in\\?return=%2Fevents$"));
        visit.ShouldHaveBeenQuiet();
    }

    [Fact]
    public async Task An_event_appears_while_somebody_looks_is_filtered_opened_and_verified()
    {
        await using var visit = await Visit.BeginAsync(chromium, Receiver.Address);
        var page = visit.Page;
        await visit.SignInAsync(DashboardReceiver.ReadKey);
        await visit.OpenAsync("/events");
        await visit.IsLiveAsync();

        var id = await Receiver.ReceiveAsync("node-b", "FAILED");

        var row = page.Locator($"tr[data-row='{id}']");
        await Expect(row).ToBeVisibleAsync();
        await Expect(row).ToContainTextAsync("FAILED");
        await page.GetByLabel("Status").SelectOptionAsync("FAILED");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/events\\?status=FAILED$"));
        await Expect(page.Locator("table.list tbody tr")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Group, new() { Name = "Active filters" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/events$"));
        await row.Locator("td").First.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/events/{id}$"));
        await Expect(page.Locator("#body")).ToContainTextAsync("\"status\":\"FAILED\"");
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify the signature" }).ClickAsync();
        await Expect(page.Locator("#verdict")).ToContainTextAsync("Signature verified just now with key");
        visit.ShouldHaveBeenQuiet();
    }

    [Fact]
    public async Task A_handler_is_paused_by_somebody_whom_others_see_and_resumed()
    {
        await using var visit = await Visit.BeginAsync(chromium, Receiver.Address);
        await using var watching = await Visit.BeginAsync(chromium, Receiver.Address);
        await watching.SignInAsync(DashboardReceiver.ReadKey);
        await watching.OpenAsync("/handlers");
        await watching.IsLiveAsync();
        await visit.SignInAsync(DashboardReceiver.OperateKey);
        await visit.OpenAsync("/handlers");
        var row = visit.Page.Locator("tr[data-row='quiet']");

        await row.GetByRole(AriaRole.Link, new() { Name = "Pause quiet" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Pause quiet?");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause quiet" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("quiet is paused.");
        await Expect(row).ToContainTextAsync("paused");
        await Expect(row).ToContainTextAsync("by ops");
        await Expect(watching.Page.Locator("tr[data-row='quiet']")).ToContainTextAsync("by ops");

        await row.GetByRole(AriaRole.Link, new() { Name = "Resume quiet" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Resume quiet" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("quiet is resumed.");
        await Expect(watching.Page.Locator("tr[data-row='quiet']")).Not.ToContainTextAsync("by ops");
        var audit = await Receiver.Inbox.ListAuditAsync(10, TestContext.Current.CancellationToken);
        audit.Select(record => (record.By, record.Action, record.Target, record.Outcome)).Should()
            .Equal(("ops", "handler.resume", "quiet", "resumed"), ("ops", "handler.pause", "quiet", "paused"));
        visit.ShouldHaveBeenQuiet();
        watching.ShouldHaveBeenQuiet();
    }
}
