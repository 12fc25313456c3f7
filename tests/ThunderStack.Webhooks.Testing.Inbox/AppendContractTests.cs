using System.Text;
using FluentAssertions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>An event is stored once, and exactly as it came.</summary>
public abstract class AppendContractTests : InboxContractTests
{
    public static TheoryData<string, byte[]> Bodies { get; } = new()
    {
        { "empty", [] },
        { "one NUL", [0] },
        { "NULs inside", "{\"a\":\"\0\0\"}"u8.ToArray() },
        { "not UTF-8", [0xFF, 0xFE, 0xC0, 0x80, 0xED, 0xA0, 0x80] },
        { "every byte", [.. Enumerable.Range(0, 256).Select(value => (byte)value)] },
        { "64 KiB", [.. Enumerable.Range(0, 65_536).Select(value => (byte)(value * 31))] },
        { "line ends", "{\r\n}\n\r"u8.ToArray() },
    };

    [Fact]
    public async Task Append_NewEvent_IsStored()
    {
        var entry = TestEntry.Create();

        var result = await Inbox.AppendAsync(entry, TestEntry.Key, Token);

        result.Should().Be(new AppendResult(AppendOutcome.Stored));
        (await Administration.FindAsync(entry.Id, Token)).Should().NotBeNull();
    }

    [Fact]
    public async Task Append_SameEventAgain_IsDuplicate()
    {
        var entry = TestEntry.Create();
        await StoreAsync(entry);

        (await AppendAsync(entry)).Should().Be(AppendOutcome.Duplicate);

        (await Administration.ListAsync(new EventFilter(), Token)).Should().ContainSingle();
    }

    [Fact]
    public async Task Append_SameEventAfterRestart_IsDuplicate()
    {
        var entry = TestEntry.Create();
        await StoreAsync(entry);
        await RestartAsync();

        (await AppendAsync(entry)).Should().Be(AppendOutcome.Duplicate);
    }

    [Fact]
    public async Task Append_SameEventConcurrently_IsStoredOnce()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(20);

        var results = await Task.WhenAll(
            Enumerable.Range(0, 400).Select(i => Task.Run(() => AppendAsync(entries[i % entries.Length]), Token)));

        results.Count(outcome => outcome == AppendOutcome.Stored).Should().Be(entries.Length);
        results.Count(outcome => outcome == AppendOutcome.Duplicate).Should().Be(400 - entries.Length);
        IdsOf(await HandleAsync(entries.Length)).Should().BeEquivalentTo(IdsOf(entries));
        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Append_ManyConcurrently_StoresEveryOne()
    {
        var entries = Enumerable.Range(0, 3_000).Select(i => TestEntry.Create($"node-{i % 7}")).ToArray();

        await StoreManyAsync(entries);

        var listed = await Administration.ListAsync(new EventFilter { Limit = 5_000 }, Token);
        IdsOf(listed).ToHashSet().SetEquals(IdsOf(entries)).Should().BeTrue();
    }

    [Fact]
    public async Task Append_SentAgainAmongManyNewOnes_IsDuplicateAndChangesNoState()
    {
        // Without a time of its own, an event is as recent as its receipt, and it is received later each time.
        InboxEntry CreateUntimed(int node, string status, int minute) => TestEntry.Create(
            $"resent-{node}", status, null, TestEntry.Noon.AddMinutes(minute), [(byte)node, (byte)status[0]], hasTimestamp: false);
        var nodes = Enumerable.Range(0, 8).ToArray();
        await StoreManyAsync(nodes.Select(node => CreateUntimed(node, "PAUSED", minute: 0)));
        await StoreManyAsync(nodes.Select(node => CreateUntimed(node, "RUNNING", minute: 1)));
        var resent = nodes.Select(node => CreateUntimed(node, "PAUSED", minute: 2)).ToArray();
        var fresh = Enumerable.Range(0, 400).Select(i => TestEntry.Create($"node-{i % 7}")).ToArray();

        var outcomes = await Task.WhenAll(fresh.Select((entry, i) => Task.Run(
            async () => (Fresh: await AppendAsync(entry), Again: i % 10 == 5 ? await AppendAsync(resent[i / 10 % 8]) : AppendOutcome.Duplicate),
            Token)));

        outcomes.Should().OnlyContain(outcome => outcome.Fresh == AppendOutcome.Stored && outcome.Again == AppendOutcome.Duplicate);
        var states = await Administration.ListNodeStatesAsync(Token);
        states.Where(state => state.NodeId.Value.StartsWith("resent", StringComparison.Ordinal))
            .Should().HaveCount(8).And.OnlyContain(state => state.Status == NodeStatus.Running);
    }

    [Fact]
    public async Task Append_CallerBlocksAfterIt_HoldsUpNoOther()
    {
        const int Callers = 32;
        using var othersAnswered = new CountdownEvent(1);
        for (var round = 0; round < 20; round++)
        {
            othersAnswered.Reset(Callers - 1);
            var callers = await Task.WhenAll(TestEntry.CreateMany(Callers).Select((entry, index) => Task.Run(
                async () =>
                {
                    await Inbox.AppendAsync(entry, TestEntry.Key, Token).ConfigureAwait(false);
                    if (index == 0)
                    {
                        return othersAnswered.Wait(TimeSpan.FromSeconds(20), Token);
                    }

                    othersAnswered.Signal();
                    return true;
                },
                Token)));

            callers[0].Should().BeTrue("the others are answered while this one blocks (round {0})", round);
        }
    }

    [Fact]
    public async Task Append_Cancelled_ThrowsAndLaterAppendsWork()
    {
        var entry = TestEntry.Create();

        var append = async () => await Inbox.AppendAsync(entry, TestEntry.Key, new CancellationToken(canceled: true));

        await append.Should().ThrowAsync<OperationCanceledException>();
        await StoreAsync(TestEntry.Create());
        (await AppendAsync(entry)).Should().BeOneOf(AppendOutcome.Stored, AppendOutcome.Duplicate);
    }

    [Fact]
    public async Task Appends_CancelledWhileTheyWait_LeaveTheOthersAlone()
    {
        var entries = TestEntry.CreateMany(500);

        var outcomes = await Task.WhenAll(entries.Select(async (entry, i) =>
        {
            using var giveUp = new CancellationTokenSource();
            var append = Inbox.AppendAsync(entry, TestEntry.Key, i % 3 == 0 ? giveUp.Token : Token);
            await giveUp.CancelAsync();
            try
            {
                return (await append).Outcome;
            }
            catch (OperationCanceledException)
            {
                return AppendOutcome.Unknown;
            }
        }));

        outcomes.Where((_, i) => i % 3 != 0).Should().OnlyContain(outcome => outcome == AppendOutcome.Stored);
        foreach (var entry in entries)
        {
            (await AppendAsync(entry)).Should().BeOneOf(AppendOutcome.Stored, AppendOutcome.Duplicate);
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Append_AnyBytes_AreKeptExactly(string description, byte[] body)
    {
        var entry = TestEntry.Create(body: body);
        await StoreAsync(entry);
        await RestartAsync();

        var found = await Administration.FindAsync(entry.Id, Token);

        found!.Body.Span.SequenceEqual(body).Should().BeTrue(description);
        found.Signature.ToArray().Should().Equal(entry.Signature.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b\0c")]
    [InlineData("Ünï→😀")]
    [InlineData("'; DROP TABLE events; --")]
    public async Task Append_AnyText_IsKeptExactly(string text)
    {
        var entry = TestEntry.Create("node" + text, status: text);
        await StoreAsync(entry);
        await RestartAsync();

        var found = await Administration.FindAsync(entry.Id, Token);

        found!.NodeId.Should().Be(entry.NodeId);
        found.Status.Should().Be(entry.Status);
    }

    [Fact]
    public async Task Append_EveryMember_IsReadBack()
    {
        var entry = TestEntry.Create(
            "node-x", "FAILED", TestEntry.Noon.AddTicks(-12_345_670), TestEntry.Noon.AddMilliseconds(5), Encoding.UTF8.GetBytes("{}"));
        await StoreAsync(entry);
        await RestartAsync();

        var found = await Administration.FindAsync(entry.Id, Token);

        found.Should().BeEquivalentTo(entry, options => options.Excluding(member => member.Body).Excluding(member => member.Signature));
    }

    [Fact]
    public async Task Append_WithoutStatusAndTimestamp_IsReadBackWithout()
    {
        var entry = TestEntry.Create(status: null, hasTimestamp: false);
        await StoreAsync(entry);
        await RestartAsync();

        var found = await Administration.FindAsync(entry.Id, Token);

        found!.Status.Should().BeNull();
        found.TimestampText.Should().BeNull();
        found.Timestamp.Should().BeNull();
        found.EffectiveAt.Should().Be(entry.ReceivedAt);
    }

    [Theory]
    [InlineData(-62135596800000)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(253402300799999)]
    public async Task Append_TimestampAtTheEdge_IsReadBack(long milliseconds)
    {
        var entry = TestEntry.Create(timestamp: DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
        await StoreAsync(entry);
        await RestartAsync();

        (await Administration.FindAsync(entry.Id, Token))!.Timestamp.Should().Be(entry.Timestamp);
    }
}
