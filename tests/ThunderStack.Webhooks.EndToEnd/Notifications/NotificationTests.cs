using ThunderStack.Webhooks.Testing.Clocks;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Notifications;

/// <remarks>The counts are those of CI. The whole campaign: <c>THUNDERSTACK_TRANSITIONS=200 THUNDERSTACK_NOTIFY_KILLS=30</c>.</remarks>
public sealed class NotificationTests
{
    private const int LongestCalm = 300;
    private const string NeverSent = "PAUSED";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(180);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receivers_killed_at_random_moments_tell_every_change_or_what_overtook_it_in_order_and_nothing_else()
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        Campaign.Require(FakeClock.Missing is null, FakeClock.Missing ?? "");
        var random = Campaign.CreateRandom();
        await using var site = await NotifiedSite.StartAsync(random);
        var nodes = site.Nodes;

        nodes.Start(Campaign.Transitions);
        await KillAsync(site, random);
        await nodes.FinishAsync(Long * (1 + (Campaign.Transitions / 50)));
        await site.UntilNoticedAsync(Long);
        await nodes.RecoverAsync();
        var start = TimeProvider.System.GetTimestamp();
        var telling = await Wait.LookAsync(site.Look, telling => telling.IsOver || TimeProvider.System.GetElapsedTime(start) > Long);

        Campaign.Tell($"{Campaign.NotifyKills} kills: {telling}");
        nodes.Unexpected.Should().BeEmpty();
        string.Join('\n', telling.Violations()).Should().BeEmpty("{0} They wrote:\n{1}", telling, site.Outputs);
        foreach (var (mistake, account) in Falsified(telling))
        {
            account.Violations().Should().NotBeEmpty("otherwise this test could not see {0}", mistake);
        }
    }

    /// <summary>Kills one or all, spread over what the nodes do. The last time it is all, so that nobody waits for the end of a lease.</summary>
    private static async Task KillAsync(NotifiedSite site, Random random)
    {
        var kills = Enumerable.Range(0, Campaign.NotifyKills).Select(number => number % 2 == 0).ToArray();
        random.Shuffle(kills.AsSpan(0, Math.Max(0, kills.Length - 1)));
        var part = (2 * Campaign.Transitions * FailingNodes.Names.Count) / (kills.Length + 1);
        foreach (var (number, isAlone) in kills.Index())
        {
            var moment = (part * number) + random.Next(part);
            await Wait.UntilAsync(() => site.Nodes.Total >= moment, Long, () => $"webhooks are answered. They wrote:\n{site.Outputs}");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(LongestCalm)), TimeProvider.System, Token);
            await (isAlone && number < kills.Length - 1 ? site.KillAsync(random.Next(site.Count)) : site.KillAllAsync());
        }
    }

    /// <summary>The controls: accounts with one mistake each.</summary>
    private static IEnumerable<(string Mistake, Telling Account)> Falsified(Telling telling)
    {
        var stored = telling.Stored;
        var told = stored.First(transition => transition.Deliveries[MessagePlatform.Everyone] == DeliveryEnd.Succeeded);
        var opened = stored.First(transition => transition.Condition == Telling.NodeFailed);
        var message = telling.Messages.First(message => message.Event == told.Id);
        var last = stored.Last(transition => transition.Deliveries[MessagePlatform.Everyone] == DeliveryEnd.Succeeded);
        yield return ("that a change is lost", telling with { Stored = [.. stored.Where(transition => transition != told)] });
        yield return ("that a change is stored twice", telling with { Stored = [.. stored, told with { Place = long.MaxValue, Id = default }] });
        yield return ("that a condition opens twice", telling with { Stored = [.. stored, opened with { Place = long.MaxValue, Id = default }] });
        yield return ("that a change is told to nobody", telling with { Messages = [.. telling.Messages.Where(message => message.Event != told.Id)] });
        yield return ("that the last change is passed over", telling with
        {
            Stored =
            [
                .. stored.Select(transition => transition != last
                    ? transition
                    : last with { Deliveries = new Dictionary<string, DeliveryEnd>(last.Deliveries) { [MessagePlatform.Everyone] = DeliveryEnd.Superseded } }),
            ],
        });
        yield return ("a state that never was", telling with { Messages = [.. telling.Messages, message with { Status = NeverSent }] });
        yield return ("that messages are out of order", telling with { Messages = [.. telling.Messages.Reverse()] });
    }
}
