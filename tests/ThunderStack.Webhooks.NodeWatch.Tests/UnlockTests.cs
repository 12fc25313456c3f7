using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.NodeWatch.Tests;

/// <summary>A locked node is unlocked: once, with its own password, and never more often than allowed.</summary>
public sealed class UnlockTests : IDisposable
{
    private const string Id = "node-a";
    private const string Password = "emulated-password";

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private string PasswordFile => _directory.File("password");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_node_that_is_found_locked_is_unlocked_and_nobody_is_told()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await using var host = await StartAsync(cloud);

        await host.ToldAsync("NodeLocked Opened node-a quietly", "NodeLocked Closed node-a quietly");

        cloud.Unlocks.Should().Equal($$"""node-a {"password":"{{Password}}"}""");
        host.StateOf(Id).Should().Be(NodeApiState.Ready);
        (await host.Inbox.ListAsync(new EventFilter(), None)).Should().ContainSingle(entry => entry.EventType == "NODE_ACTION_STARTED")
            .Which.NodeId.Value.Should().Be(Id);
    }

    [Fact]
    public async Task A_node_that_stays_locked_is_told_of_after_two_minutes()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await cloud.FaultAsync("""{"fault":"WrongPassword"}""");
        await using var host = await StartAsync(cloud);

        await host.AdvanceUntilAsync(() => host.Told.Contains("NodeLocked Reminded node-a"));
        host.Told.Should().Contain("NodeLocked Opened node-a quietly");
        var open = (await host.OpenAsync()).Should().ContainSingle(condition => condition.Kind == ConditionKind.NodeLocked).Subject;
        (open.ToldAt - open.Since).Should().BeGreaterThan(TimeSpan.FromMinutes(2)).And.BeLessThan(TimeSpan.FromMinutes(6));
        open.QuietUntil.Should().BeNull();
    }

    [Fact]
    public async Task A_wrong_password_is_sent_once_and_again_when_its_file_has_changed()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await using var host = await StartAsync(cloud, password: "wrong");

        (await host.DeadLetterAsync(1)).Should().Contain("refuses the password").And.NotContain("wrong\"");
        await RestartAsync(cloud, host);
        (await host.DeadLetterAsync(2)).Should().Contain("neither of its files has been changed since");
        cloud.Unlocks.Should().ContainSingle();

        await File.WriteAllTextAsync(PasswordFile, Password, None);
        File.SetLastWriteTimeUtc(PasswordFile, host.Time.GetUtcNow().UtcDateTime);
        await RestartAsync(cloud, host);
        await host.AdvanceUntilAsync(() => cloud.Unlocks.Count == 2);
        await host.IsAsync(Id, NodeApiState.Ready);
    }

    [Fact]
    public async Task A_slow_unlock_is_sent_once_and_waited_for()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await cloud.FaultAsync("""{"fault":"SlowUnlock","delay":"00:07:00"}""");
        await using var host = await StartAsync(cloud);

        await host.AdvanceUntilAsync(() => cloud.Unlocks.Count == 1);
        await host.LooksAsync(Id, 5);

        cloud.Time.Advance(TimeSpan.FromMinutes(7));
        await host.AdvanceUntilAsync(() => host.Told.Any(told => told.StartsWith("NodeLocked Closed", StringComparison.Ordinal)));
        cloud.Unlocks.Should().ContainSingle();
    }

    [Fact]
    public async Task An_unlock_that_does_not_stick_is_tried_as_often_as_allowed()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await cloud.FaultAsync("""{"fault":"UnlockDoesNotStick"}""");
        await using var host = await StartAsync(cloud, ("Handlers:unlock:AtMost", "2"));

        (await host.DeadLetterAsync(1)).Should().Contain("asked to unlock 2 times within 01:00:00");
        cloud.Unlocks.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_node_that_locks_again_and_again_is_unlocked_three_times_an_hour()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await using var host = await StartAsync(cloud);

        for (var i = 1; i <= 3; i++)
        {
            await host.AdvanceUntilAsync(() => cloud.Unlocks.Count == i);
            await host.IsAsync(Id, NodeApiState.Ready);
            await RestartAsync(cloud, host);
        }

        (await host.DeadLetterAsync(1)).Should().Contain("3 times within 01:00:00");
        cloud.Unlocks.Should().HaveCount(3);
    }

    [Theory]
    [InlineData("ChangingState")]
    [InlineData("Unreachable")]
    public async Task A_node_that_is_not_locked_for_certain_is_left_alone(string fault)
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await using var host = await StartAsync(cloud, ("Handlers:unlock:When:Nodes:0", "none of them yet"));
        await host.AdvanceUntilAsync(() => host.Told.Count == 1);
        var locked = (await host.Inbox.ListAsync(new EventFilter(), None)).Single(entry => entry.EventType == "CONDITION_OPENED" && entry.NodeId.Value == Id);

        await cloud.FaultAsync($$"""{"fault":"{{fault}}"}""");
        var attempt = () => host.UnlockAsync(locked);
        await attempt.Should().ThrowAsync<InvalidOperationException>().WithMessage("The node is not ready:*");
        await cloud.EndFaultsAsync();
        await cloud.UnlockAsync(Id);
        var before = cloud.Unlocks.Count;
        await host.UnlockAsync(locked);

        cloud.Unlocks.Should().HaveCount(before, "it was ready by then");
    }

    [Fact]
    public async Task What_a_receiver_died_over_does_not_hold_up_the_next_time()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await using var host = await StartAsync(cloud, ("Handlers:unlock:When:Nodes:0", "none of them yet"));
        await host.AdvanceUntilAsync(() => host.Told.Count == 1);
        var locked = (await host.Inbox.ListAsync(new EventFilter(), None)).Single(entry => entry.EventType == "CONDITION_OPENED" && entry.NodeId.Value == Id);
        var actions = host.Services.GetRequiredService<IActionStore>();
        var before = new ActionRequest
        {
            NodeId = locked.NodeId,
            Name = "unlock",
            Handler = "unlock",
            TriggerId = locked.Id,
            Lease = TimeSpan.FromMinutes(10),
            AtMost = 3,
            Within = TimeSpan.FromHours(1),
            SecretChangedAt = WatchHost.Start.AddDays(-1),
        };
        var next = before with { TriggerId = WebhookEventId.Create(WatchHost.Start, new byte[32]) };
        (await actions.BeginAsync(before, None)).Verdict.Should().Be(ActionVerdict.Begun);
        (await actions.BeginAsync(next, None)).Verdict.Should().Be(ActionVerdict.Busy);

        var late = () => host.UnlockAsync(locked, isStale: true);
        await late.Should().ThrowAsync<SupersededException>();

        (await actions.BeginAsync(next, None)).Verdict.Should().Be(ActionVerdict.Begun);
    }

    [Fact]
    public async Task A_replayed_event_unlocks_nothing_when_it_is_old()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await using var host = await StartAsync(cloud, password: "wrong");
        await host.DeadLetterAsync(1);
        await File.WriteAllTextAsync(PasswordFile, Password, None);
        host.Time.Advance(TimeSpan.FromMinutes(11));

        (await host.Inbox.ReplayAsync(new DeliveryFilter { Handler = "unlock" }, None)).Should().Be(1);
        await host.AdvanceUntilAsync(async () => (await host.Inbox.ListDeadLettersAsync(10, None)).Count == 0);

        var id = (await host.Inbox.ListAsync(new EventFilter(), None)).Single(entry => entry.EventType == "CONDITION_OPENED" && entry.NodeId.Value == Id).Id;
        await host.AdvanceUntilAsync(async () => (await host.Inbox.ListDeliveriesAsync(id, None)).Any(delivery => delivery is { Handler: "unlock", State: DeliveryState.Superseded }));
        cloud.Unlocks.Should().ContainSingle();
    }

    [Fact]
    public async Task A_body_of_ones_own_is_sent_with_the_password_as_it_is()
    {
        const string Strange = "pass\"word\\ with ünicode and {{password}}";
        await using var cloud = await RunningCloud.StartAsync(Id);
        await File.WriteAllTextAsync(_directory.File("body.json"), """{"password":"{{password}}","announce_addresses":[]}""", None);
        await using var host = await StartAsync(cloud, password: Strange + "\n", settings: [("Nodes:0:Unlock:BodyFile", _directory.File("body.json"))]);

        await host.DeadLetterAsync(1);

        using var sent = System.Text.Json.JsonDocument.Parse(cloud.Unlocks.Single()["node-a ".Length..]);
        sent.RootElement.GetProperty("password").GetString().Should().Be(Strange);
        sent.RootElement.GetProperty("announce_addresses").GetArrayLength().Should().Be(0);
        host.Log.Should().NotContain(line => line.Contains("with \\u00FCnicode", StringComparison.OrdinalIgnoreCase) || line.Contains("ünicode", StringComparison.Ordinal));
        (await File.ReadAllBytesAsync(host.DatabaseFile, None)).AsSpan().IndexOf("nicode and"u8).Should().Be(-1, "no row has the password");
    }

    [Fact]
    public async Task What_would_keep_a_node_locked_is_refused_at_start()
    {
        await File.WriteAllTextAsync(_directory.File("empty"), "\n", None);
        await File.WriteAllTextAsync(_directory.File("body"), "{}", None);
        await File.WriteAllTextAsync(PasswordFile, Password, None);

        (await ProblemsAsync([("Nodes:0:Unlock:PasswordFile", PasswordFile)])).Should().ContainSingle()
            .Which.Should().StartWith("ThunderStack:Nodes:0:Unlock has no Api:Url beside it");
        (await ProblemsAsync([.. Api, ("Nodes:0:Unlock:PasswordFile", _directory.File("missing"))])).Should().ContainSingle()
            .Which.Should().EndWith("cannot be read: it does not exist.");
        (await ProblemsAsync([.. Api, ("Nodes:0:Unlock:PasswordFile", _directory.File("empty"))])).Should().ContainSingle().Which.Should().Contain("is empty");
        (await ProblemsAsync([.. Api, ("Nodes:0:Unlock:PasswordFile", PasswordFile), ("Nodes:0:Unlock:BodyFile", _directory.File("body"))])).Should().ContainSingle()
            .Which.Should().Contain("has no {{password}} where the password belongs");
        (await ProblemsAsync([.. Api, ("Nodes:0:Unlock:BodyFile", _directory.File("body"))])).Should().HaveCount(2);
        (await ProblemsAsync([.. Api, ("Nodes:0:Unlock:PasswordFile", PasswordFile), ("Handlers:unlock:Type", "Log")])).Should().ContainSingle()
            .Which.Should().Contain("is read by no handler");
        (await ProblemsAsync([.. Api, ("Nodes:0:Unlock:PasswordFile", PasswordFile), ("Handlers:unlock:AtMost", "0"), ("Handlers:unlock:Within", "00:00:01")])).Should().HaveCount(2);
        (await ProblemsAsync([.. Api, ("Nodes:0:Unlock:PasswordFile", PasswordFile), ("NodeWatch:Enabled", "false")])).Should().ContainSingle();
    }

    private static (string, string?)[] Api => [("Nodes:0:Api:Url", "http://127.0.0.1:1/")];

    private static async Task<IEnumerable<string>> ProblemsAsync((string, string?)[] settings)
    {
        var start = () => WatchHost.StartAsync([("Nodes:0:NodeId", Id), ("Handlers:unlock:Type", "Unlock"), .. settings]);
        return (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Failures;
    }

    private static async Task RestartAsync(RunningCloud cloud, WatchHost host)
    {
        // Whatever was said of it before is over, so that it is found locked anew.
        await cloud.UnlockAsync(Id);
        await host.IsAsync(Id, NodeApiState.Ready);
        await host.AdvanceUntilAsync(async () => (await host.OpenAsync()).All(condition => condition.Kind != ConditionKind.NodeLocked));
        await cloud.LockAsync(Id);
    }

    private Task<WatchHost> StartAsync(RunningCloud cloud, params (string Key, string? Value)[] settings) => StartAsync(cloud, Password, settings);

    private async Task<WatchHost> StartAsync(RunningCloud cloud, string password, params (string Key, string? Value)[] settings)
    {
        await File.WriteAllTextAsync(PasswordFile, password, None);
        File.SetLastWriteTimeUtc(PasswordFile, WatchHost.Start.AddDays(-1).UtcDateTime);
        return await WatchHost.StartAsync(
        [
            ("Nodes:0:NodeId", Id), ("Nodes:0:Unlock:PasswordFile", PasswordFile), ("Handlers:unlock:Type", "Unlock"),
            ("Cloud:BaseAddress", cloud.Url), ("Cloud:ApiToken", RunningCloud.Token), ("Cloud:NodeApiHosts:0", "127.0.0.1"),
            ("Dispatch:HandlerTimeout", "01:00:00"), .. settings,
        ]);
    }
}
