using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.Receiver.Hosting;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

/// <summary>However many ask for the metrics, and however they read, measuring costs the same.</summary>
public sealed class MetricsPageTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task It_is_measured_once_a_second_however_many_ask()
    {
        var measured = 0;
        var page = new MetricsPage(
            async context =>
            {
                var number = Interlocked.Increment(ref measured);
                await Task.Yield();
                context.Response.ContentType = "text/plain";
                await context.Response.WriteAsync($"measured {number}");
            },
            _time);

        var first = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => AskAsync(page))));
        _time.Advance(TimeSpan.FromMilliseconds(999));
        var later = await AskAsync(page);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var next = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => AskAsync(page))));

        first.Append(later).Should().OnlyContain(answer => answer == "200 text/plain measured 1");
        next.Should().OnlyContain(answer => answer == "200 text/plain measured 2");
    }

    [Fact]
    public async Task What_fails_is_not_tried_more_often_and_told()
    {
        var measured = 0;
        var page = new MetricsPage(
            context =>
            {
                measured++;
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return Task.CompletedTask;
            },
            _time);

        (await AskAsync(page)).Should().Be("500  ");
        (await AskAsync(page)).Should().Be("500  ");

        measured.Should().Be(1);
    }

    [Fact]
    public async Task Who_does_not_read_on_keeps_nobody_from_what_is_newer()
    {
        var measured = 0;
        var page = new MetricsPage(context => context.Response.WriteAsync($"{++measured}"), _time);
        using var stuck = new StuckStream();
        var slow = page.AnswerAsync(new DefaultHttpContext { Response = { Body = stuck } });
        await stuck.Stuck;

        _time.Advance(TimeSpan.FromSeconds(1));

        (await AskAsync(page)).Should().EndWith("2");
        slow.IsCompleted.Should().BeFalse();
        stuck.Free();
        await slow;
    }

    private static async Task<string> AskAsync(MetricsPage page)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        await page.AnswerAsync(context);
        return $"{context.Response.StatusCode} {context.Response.ContentType} {Encoding.UTF8.GetString(body.ToArray())}";
    }

    /// <summary>Whoever writes to it waits until it is freed.</summary>
    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Stuck => _stuck.Task;

        public void Free() => _freed.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _stuck.TrySetResult();
            await _freed.Task;
        }
    }
}
