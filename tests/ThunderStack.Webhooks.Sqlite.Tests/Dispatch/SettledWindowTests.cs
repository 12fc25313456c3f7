using ThunderStack.Webhooks.Sqlite.Dispatch;

namespace ThunderStack.Webhooks.Sqlite.Tests.Dispatch;

public sealed class SettledWindowTests
{
    [Fact]
    public void Through_AfterAGap_WaitsForIt()
    {
        var window = new SettledWindow();
        window.Reset(10);

        window.Mark(12);
        window.Mark(13);
        window.Through.Should().Be(10);

        window.Mark(11);
        window.Through.Should().Be(13);
    }

    [Fact]
    public void Mark_Again_ChangesNothing()
    {
        var window = new SettledWindow();
        window.Mark(1);
        window.Mark(1);
        window.Mark(0);

        window.Through.Should().Be(1);
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 5_000)]
    [InlineData(3, 20_000)]
    public void Marks_in_any_order_leave_through_below_the_first_that_is_missing(int seed, int disorder)
    {
        const int Count = 30_000;
        var random = new Random(seed);
        var order = Enumerable.Range(1, Count).OrderBy(seq => seq + random.Next(disorder)).ToArray();
        var window = new SettledWindow();
        var marked = new bool[Count + 2];
        long through = 0;

        foreach (var seq in order)
        {
            window.Mark(seq);
            marked[seq] = true;
            while (marked[through + 1])
            {
                through++;
            }

            if (window.Through != through)
            {
                window.Through.Should().Be(through);
            }
        }

        window.Through.Should().Be(Count);
    }
}
