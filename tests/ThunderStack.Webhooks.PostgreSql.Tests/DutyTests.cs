using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Stores;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>What one replica at a time does, and what another one's writes come to meanwhile.</summary>
public sealed class DutyTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly Duty _first = new("conditions", Guid.NewGuid());
    private readonly Duty _second = new("conditions", Guid.NewGuid());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Belongs_to_the_first_who_takes_it_for_as_long_as_its_lease()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        var conditions = store.Inbox;

        (await conditions.HoldAsync(_first, Lease, Token)).Should().BeTrue();
        (await conditions.HoldAsync(_second, Lease, Token)).Should().BeFalse();
        (await conditions.HoldAsync(_first, Lease, Token)).Should().BeTrue("whoever has it keeps it");
        await ShiftAsync(store, TimeSpan.FromMinutes(-2));

        (await conditions.HoldAsync(_second, Lease, Token)).Should().BeTrue("the lease is over");
        (await conditions.HoldAsync(_first, Lease, Token)).Should().BeFalse();
    }

    [Fact]
    public async Task Is_had_by_one_of_many_who_ask_at_once()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        var conditions = store.Inbox;

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => conditions.HoldAsync(new Duty("conditions", Guid.NewGuid()), Lease, Token)));

        answers.Count(isHeld => isHeld).Should().Be(1);
    }

    [Fact]
    public async Task Whoever_has_lost_it_changes_nothing()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        var conditions = store.Inbox;
        await conditions.HoldAsync(_first, Lease, Token);
        await ShiftAsync(store, TimeSpan.FromMinutes(-2));
        await conditions.HoldAsync(_second, Lease, Token);

        (await OpenAsync(conditions, _first)).Should().BeFalse();
        (await store.Administration.ListConditionsAsync(closed: false, Token)).Should().BeEmpty();
        (await store.Administration.ListAsync(new EventFilter(), Token)).Should().BeEmpty();
        (await OpenAsync(conditions, _second)).Should().BeTrue();
    }

    [Fact]
    public async Task Lease_that_a_clock_has_made_too_long_begins_anew()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        var conditions = store.Inbox;
        await conditions.HoldAsync(_first, Lease, Token);
        await ShiftAsync(store, TimeSpan.FromDays(2));

        (await conditions.HoldAsync(_second, Lease, Token)).Should().BeFalse("it is not stolen either");
        await ShiftAsync(store, -Lease);

        (await conditions.HoldAsync(_second, Lease, Token)).Should().BeTrue();
    }

    private static Task ShiftAsync(TestPostgreSqlInbox store, TimeSpan time) =>
        TestPostgreSql.ExecuteAsync(store.ConnectionString, $"UPDATE {store.Schema}.duties SET lease_until = lease_until + {(long)time.TotalMilliseconds}");

    private static Task<bool> OpenAsync(HostedInbox conditions, Duty duty) => conditions.ChangeAsync(
        new Condition
        {
            Kind = ConditionKind.NodeFailed,
            Subject = "node-a",
            NodeId = new NodeId("node-a"),
            Severity = ConditionSeverity.Critical,
            Message = "It has failed.",
            Since = TestEntry.Noon,
        },
        ConditionChange.Opened,
        TestEntry.Noon,
        duty,
        Token);
}
