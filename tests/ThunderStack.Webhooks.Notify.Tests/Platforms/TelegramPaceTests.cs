using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Notify.Platforms;

namespace ThunderStack.Webhooks.Notify.Tests.Platforms;

public sealed class TelegramPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_chat_is_sent_one_message_a_second()
    {
        var pace = new TelegramPaces(_time).Of("1:a", "42");
        await pace.WaitAsync(TestContext.Current.CancellationToken);
        var second = pace.WaitAsync(TestContext.Current.CancellationToken);
        var third = pace.WaitAsync(TestContext.Current.CancellationToken);

        second.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        await second;
        third.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        await third;
    }

    [Fact]
    public async Task A_group_is_sent_twenty_a_minute_and_the_rest_come_back()
    {
        var pace = new TelegramPaces(_time).Of("1:a", "-1001234567890");
        for (var i = 0; i < 20; i++)
        {
            await pace.WaitAsync(TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var more = () => pace.WaitAsync(TestContext.Current.CancellationToken);
        (await more.Should().ThrowAsync<RetryAfterException>()).Which.Delay.Should().Be(TimeSpan.FromSeconds(40));
        _time.Advance(TimeSpan.FromSeconds(40));
        await more();
    }

    [Fact]
    public void Handlers_of_one_chat_share_its_pace()
    {
        var paces = new TelegramPaces(_time);

        paces.Of("1:a", "42").Should().BeSameAs(paces.Of("1:a", "42")).And.NotBeSameAs(paces.Of("1:a", "43"));
    }
}
