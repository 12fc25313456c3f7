using System.Buffers;
using ThunderStack.Webhooks.AspNetCore.Endpoint;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Endpoint;

public sealed class BodyBudgetTests
{
    private const int Limit = 100_000;

    private readonly BodyBudget _budget = new(Limit);

    [Fact]
    public void What_is_complete_keeps_its_memory_until_it_is_returned()
    {
        _budget.TryTake(Limit).Should().BeTrue();

        _budget.TryTake(1).Should().BeFalse();
        _budget.Return(Limit);
        _budget.TryTake(1).Should().BeTrue();
    }

    [Fact]
    public void The_body_that_has_been_waited_for_longest_makes_room()
    {
        using var first = Begin(40_000);
        using var second = Begin(40_000);
        using var empty = _budget.Begin(1_000);

        _budget.TryTake(30_000).Should().BeTrue();

        first.MadeRoom.IsCancellationRequested.Should().BeTrue();
        second.MadeRoom.IsCancellationRequested.Should().BeFalse();
        first.TryAppend(new ReadOnlySequence<byte>(new byte[1])).Should().BeFalse();
        first.Complete().Should().BeNull();
        _budget.Taken.Should().Be(70_000);
    }

    [Fact]
    public void A_body_that_comes_in_pieces_takes_what_it_is_long_in_the_end()
    {
        var body = new byte[10_000];
        Random.Shared.NextBytes(body);
        using (var partial = _budget.Begin(50_000))
        {
            foreach (var piece in body.Chunk(3_000))
            {
                partial.TryAppend(new ReadOnlySequence<byte>(piece)).Should().BeTrue();
            }

            _budget.Taken.Should().BeInRange(10_000, 50_000);
            partial.Complete().Should().Equal(body);
        }

        _budget.Taken.Should().Be(10_000);
    }

    [Fact]
    public void One_that_is_given_up_returns_everything()
    {
        Begin(40_000).Dispose();

        _budget.Taken.Should().Be(0);
    }

    private PartialBody Begin(int length)
    {
        var body = _budget.Begin(length);
        body.TryAppend(new ReadOnlySequence<byte>(new byte[length])).Should().BeTrue();
        return body;
    }
}
