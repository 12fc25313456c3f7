using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite.Tests.Writing;

/// <summary>What is let in and what is refused while the writer has trouble.</summary>
public sealed class WriteQueueTests
{
    private static readonly WriteFailure Stuck = new("the disk is stuck", CommitBegun: true);

    [Fact]
    public void TryEnqueue_AfterWhatWaitedWasRefused_LetsAsManyInAgain()
    {
        var queue = new WriteQueue(appendLimit: 2);
        Fill(queue, 2);
        queue.TryEnqueue(Append()).Should().Contain("overloaded");

        queue.RemoveRefusable().Should().HaveCount(2);

        Fill(queue, 2);
        queue.TryEnqueue(Append()).Should().Contain("overloaded");
    }

    [Fact]
    public void TryAnswerStuckBatch_WhileABatchRuns_RefusesWhatComes()
    {
        var queue = new WriteQueue(appendLimit: 10);
        Fill(queue, 1);
        queue.Take(10).Should().ContainSingle();

        queue.TryAnswerStuckBatch(Stuck).Should().BeTrue();

        queue.TryEnqueue(Append()).Should().Be(Stuck.Reason);
    }

    [Fact]
    public void TryAnswerStuckBatch_AfterTheBatchEnded_RefusesNothing()
    {
        var queue = new WriteQueue(appendLimit: 10);
        Fill(queue, 1);
        queue.Take(10);
        queue.EndBatch();

        queue.TryAnswerStuckBatch(Stuck).Should().BeFalse();

        queue.TryEnqueue(Append()).Should().BeNull();
    }

    private static void Fill(WriteQueue queue, int count)
    {
        for (var i = 0; i < count; i++)
        {
            queue.TryEnqueue(Append()).Should().BeNull();
        }
    }

    private static PlainAppend Append() => new PlainAppend();

    private sealed class PlainAppend : IWriteOperation
    {
        public bool IsAppend => true;

        public void Execute(WriteSession session)
        {
        }

        public void Complete()
        {
        }

        public void Fail(WriteFailure failure)
        {
        }
    }
}
