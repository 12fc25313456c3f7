using ThunderStack.Webhooks.Sqlite.Dispatch;

namespace ThunderStack.Webhooks.Sqlite.Tests.Dispatch;

public sealed class SequenceQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_sequence_of_calls_does_what_a_list_does(int seed)
    {
        var random = new Random(seed);
        var queue = new SequenceQueue();
        var model = new LinkedList<long>();

        for (long i = 0; i < 20_000; i++)
        {
            // Grows for a while, then shrinks to nothing, and again.
            var isGrowing = i / 4_000 % 2 == 0;
            switch (random.Next(10))
            {
                case < 2:
                    queue.PutBack(i);
                    model.AddFirst(i);
                    break;
                case var roll when roll < (isGrowing ? 8 : 4):
                    queue.Enqueue(i);
                    model.AddLast(i);
                    break;
                default:
                    if (model.Count > 0)
                    {
                        queue.Peek().Should().Be(model.First!.Value);
                        queue.Dequeue().Should().Be(model.First.Value);
                        model.RemoveFirst();
                    }

                    break;
            }

            queue.Count.Should().Be(model.Count);
        }
    }

    [Fact]
    public void Dequeue_Empty_Throws() =>
        FluentActions.Invoking(() => new SequenceQueue().Dequeue()).Should().Throw<InvalidOperationException>();
}
