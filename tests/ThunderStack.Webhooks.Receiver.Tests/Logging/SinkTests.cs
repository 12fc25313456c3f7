using Microsoft.Extensions.Time.Testing;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.Async;
using ThunderStack.Webhooks.Receiver.Logging;

namespace ThunderStack.Webhooks.Receiver.Tests.Logging;

public sealed class SinkTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ListSink _written = new();

    [Fact]
    public void A_flood_of_a_framework_warning_is_ten_lines_and_a_count()
    {
        using var log = Limited();
        var kestrel = log.ForContext(Constants.SourceContextPropertyName, "Microsoft.AspNetCore.Server.Kestrel");

        for (var i = 0; i < 1_000; i++)
        {
            kestrel.Warning("Connection {Id} rejected", i);
        }

        _time.Advance(TimeSpan.FromSeconds(10));
        kestrel.Warning("Connection {Id} rejected", 1_000);

        _written.Messages.Should().HaveCount(12);
        _written.Messages[10].Should().Be("990 more lines like the next one were left out");
        _written.Messages[11].Should().Be("Connection 1000 rejected");
    }

    [Fact]
    public void Each_kind_of_line_has_its_own_limit_and_the_products_own_lines_and_those_below_a_warning_none()
    {
        using var log = Limited();

        for (var i = 0; i < 20; i++)
        {
            log.ForContext(Constants.SourceContextPropertyName, "Microsoft.A").Warning("One {I}", i);
            log.ForContext(Constants.SourceContextPropertyName, "Microsoft.A").Warning("Two {I}", i);
            log.ForContext(Constants.SourceContextPropertyName, "Microsoft.A").Information("Three {I}", i);
            log.ForContext(Constants.SourceContextPropertyName, "ThunderStack.Webhooks").Warning("Four {I}", i);
        }

        _written.Messages.GroupBy(message => message.Split(' ')[0]).Select(kind => kind.Count())
            .Should().Equal(LimitedSink.LinesInWindow, LimitedSink.LinesInWindow, 20, 20);
    }

    [Fact]
    public async Task Lines_for_which_the_queue_has_no_room_are_counted_and_told_when_the_console_is_read_again()
    {
        const int room = 4;
        using var read = new ManualResetEventSlim();
        using var writing = new SemaphoreSlim(0);
        var lost = new LostLines();
        _written.BeforeWrite = () =>
        {
            writing.Release();
            read.Wait();
        };
        var log = new LoggerConfiguration()
            .WriteTo.Async(queued => queued.Sink(new LossTellingSink(_written, lost)), room, blockWhenFull: false, lost)
            .CreateLogger();
        log.Information("First");
        (await writing.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Should().BeTrue();

        for (var i = 0; i < 10; i++)
        {
            log.Information("Line {I}", i);
        }

        lost.Count.Should().Be(10 - room);
        read.Set();
        await log.DisposeAsync();

        _written.Messages.Should().Equal("First", "6 lines are missing here: standard output was not read for a while", "Line 0", "Line 1", "Line 2", "Line 3");
    }

    private Logger Limited() => new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new LimitedSink(_written, _time)).CreateLogger();

    private sealed class ListSink : ILogEventSink
    {
        public List<string> Messages { get; } = [];

        public Action? BeforeWrite { get; set; }

        public void Emit(LogEvent logEvent)
        {
            BeforeWrite?.Invoke();
            Messages.Add(logEvent.RenderMessage());
        }
    }
}
