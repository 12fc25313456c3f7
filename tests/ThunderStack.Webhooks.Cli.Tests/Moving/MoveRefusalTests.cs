using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Cli.Tests.Moving;

public sealed class MoveRefusalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_a_receiver_owns_is_refused()
    {
        await using var move = await MoveFixture.CreateAsync();
        await using var owner = await move.File.OpenAsync();

        (await ToolRun.ProcessAsync(move.Arguments(), move.EnvironmentOf())).ShouldEnd(Expected.InUse).Error.Should().Contain("stop the receiver");

        (await move.QueryAsync<bool>("SELECT to_regnamespace('{schema}') IS NULL")).Should().BeTrue();
    }

    [Fact]
    public async Task A_schema_that_a_receiver_uses_is_refused()
    {
        await using var move = await MoveFixture.CreateAsync();
        await move.File.StoreAsync(SignedDelivery.Valid());
        await using var receiver = await move.OpenAsync();
        await receiver.RegisterHandlersAsync(["log"], DeliveryOrdering.PerNode, Token);

        (await move.MoveAsync()).ShouldEnd(Expected.InUse).Error.Should().Contain("Stop");

        (await move.QueryAsync<long>("SELECT count(*) FROM {schema}.event_ids")).Should().Be(0);
    }

    [Fact]
    public async Task A_schema_with_events_of_its_own_is_refused()
    {
        await using var move = await MoveFixture.CreateAsync();
        await move.File.StoreAsync(SignedDelivery.Valid());
        await using (var receiver = await move.OpenAsync())
        {
            await receiver.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);
        }

        (await move.MoveAsync()).ShouldEnd(Expected.Unavailable).Error.Should().Contain("events already");
        (await move.MoveAsync("--restart")).ShouldEnd(Expected.Unavailable);

        (await move.QueryAsync<long>("SELECT count(*) FROM {schema}.event_ids")).Should().Be(1);
    }

    [Fact]
    public async Task While_a_move_is_not_finished_no_receiver_opens_the_schema()
    {
        await using var move = await MoveFixture.CreateAsync();
        await move.File.StoreAsync(SignedDelivery.Valid());
        (await move.MoveAsync()).ShouldEnd(Expected.Ok);
        await move.QueryAsync<string>("UPDATE {schema}.moves SET finished_at = NULL RETURNING origin");

        (await FluentActions.Awaiting(move.OpenAsync).Should().ThrowAsync<InboxOpenException>()).WithMessage("*run it again*");

        (await move.MoveAsync()).ShouldEnd(Expected.Ok).Json.GetProperty("resumedAt").GetInt64().Should().Be(1);
        await using var receiver = await move.OpenAsync();
    }

    [Fact]
    public async Task A_file_that_was_changed_since_is_not_gone_on_with_but_can_be_begun_again()
    {
        await using var move = await MoveFixture.CreateAsync();
        await move.File.StoreAsync(SignedDelivery.Valid());
        (await move.MoveAsync()).ShouldEnd(Expected.Ok);
        await move.QueryAsync<string>("UPDATE {schema}.moves SET finished_at = NULL RETURNING origin");
        await move.File.StoreAsync(SignedDelivery.Valid().ForNode("node-b"));

        (await move.MoveAsync()).ShouldEnd(Expected.Unavailable).Error.Should().Contain("--restart");

        (await move.MoveAsync("--restart")).ShouldEnd(Expected.Ok).Json.GetProperty("ids").GetInt64().Should().Be(2);
    }

    [Fact]
    public async Task What_is_not_as_it_was_is_told_and_no_receiver_starts_on_it()
    {
        await using var move = await MoveFixture.CreateAsync();
        await move.File.StoreAsync(SignedDelivery.Valid(), SignedDelivery.Valid().ForNode("node-b"));
        (await move.MoveAsync()).ShouldEnd(Expected.Ok);
        await move.QueryAsync<string>("UPDATE {schema}.moves SET finished_at = NULL RETURNING origin");
        await move.QueryAsync<long>("UPDATE {schema}.events SET signature = signature || '\\x00' WHERE node = 1 RETURNING seq");

        var run = (await move.MoveAsync()).ShouldEnd(Expected.Failed);

        run.Json.GetProperty("differences").EnumerateArray().Single().GetString().Should().Contain("contents are not");
        await FluentActions.Awaiting(move.OpenAsync).Should().ThrowAsync<InboxOpenException>();
    }

    [Theory]
    [InlineData("--to holds a password", "--to", "Host=db;Password=secret")]
    [InlineData("PostgreSQL connection string", "--to", "data/other.db")]
    public async Task A_destination_that_cannot_be_one_is_usage(string message, params string[] to)
    {
        var run = await ToolRun.ToolAsync(["inbox", "move", "--from", "inbox.db", .. to]);

        run.ShouldEnd(Expected.Usage).Error.Should().Contain(message).And.NotContain("secret");
    }

    [Fact]
    public async Task No_destination_is_usage_and_no_file_is_not_found()
    {
        (await ToolRun.ToolAsync("inbox", "move")).ShouldEnd(Expected.Usage).Error.Should().Contain("THUNDERSTACK_INBOX");
        (await ToolRun.ToolAsync("inbox", "move", "--from", "nowhere.db", "--to", "Host=127.0.0.1;Port=1")).ShouldEnd(Expected.NotFound);
    }
}
