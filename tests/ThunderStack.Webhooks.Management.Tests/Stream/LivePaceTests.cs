using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Management.Stream;

namespace ThunderStack.Webhooks.Management.Tests.Stream;

/// <summary>However many look on, their pages leave the machine to the webhooks.</summary>
public sealed class LivePaceTests
{
    [Fact]
    public async Task The_more_look_on_and_the_longer_a_page_takes_the_less_often_it_is_asked_for()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        var feed = receiver.Services.GetRequiredService<LiveFeed>();
        var pace = receiver.Services.GetRequiredService<LivePace>();
        pace.PauseAfter(TimeSpan.FromSeconds(1)).Should().Be(TimeSpan.FromSeconds(2), "nobody else looks on");

        await using var one = await Viewer.OpenAsync(receiver);
        await using (await Viewer.OpenAsync(receiver))
        {
            await receiver.UntilAsync(() => Task.FromResult(feed.Readers == 2));
            pace.PauseAfter(TimeSpan.FromMilliseconds(10)).Should().Be(TimeSpan.FromSeconds(2));
            pace.PauseAfter(TimeSpan.FromMilliseconds(100)).Should().Be(TimeSpan.FromSeconds(4));
            pace.PauseAfter(TimeSpan.FromSeconds(5)).Should().Be(TimeSpan.FromSeconds(30));
        }

        await receiver.UntilAsync(() => Task.FromResult(feed.Readers == 1));
        pace.PauseAfter(TimeSpan.FromMilliseconds(100)).Should().Be(TimeSpan.FromSeconds(2));
    }
}
