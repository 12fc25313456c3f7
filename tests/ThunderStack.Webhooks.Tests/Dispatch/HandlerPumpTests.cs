using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Tests.Keys;

namespace ThunderStack.Webhooks.Tests.Dispatch;

/// <summary>What becomes of slots and results while the store fails or is slow.</summary>
public sealed class HandlerPumpTests : IDisposable
{
    private const string Handler = "log";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly DispatchOptions _options = new() { Concurrency = 2 };
    private readonly CountedClock _time = new();
    private readonly LogCollector _log = new();
    private readonly ScriptedInbox _inbox = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isCancelled;

    public void Dispose()
    {
        _log.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task A_claim_that_fails_gives_its_slots_back()
    {
        _inbox.Claims.Enqueue(() => throw new IOException("scripted"));
        var pump = Start();
        (await _inbox.NextClaimAsync()).Should().Be(2);
        await _time.UntilBegunAsync(1, _ => true);

        _time.Advance(TimeSpan.FromSeconds(1));

        (await _inbox.NextClaimAsync()).Should().Be(2);
        await pump.StopAsync();
    }

    [Fact]
    public async Task A_handler_that_ends_soon_after_its_cancellation_decides_the_result_itself()
    {
        _inbox.Claims.Enqueue(OneDelivery);
        var pump = Start();
        await _started.Task;
        _time.Advance(_options.HandlerTimeout);

        await pump.EnforceTimeoutAsync();

        _isCancelled.Should().BeTrue();
        _inbox.SettlementCount.Should().Be(0);
        _finish.SetResult();
        (await _inbox.NextSettlementAsync()).Outcome.Should().Be(DeliveryOutcome.Succeeded);
        await pump.StopAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_slot_is_free_only_when_the_store_has_its_result_or_has_failed_to_take_it(bool isStopping)
    {
        _options.Concurrency = 1;
        _inbox.Claims.Enqueue(OneDelivery);
        _inbox.Settling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pump = Start();
        await _inbox.NextClaimAsync();
        await _started.Task;
        Task free = isStopping ? pump.StopAsync() : _inbox.NextClaimAsync();
        _finish.SetResult();
        await _inbox.NextSettlementAsync();
        free.IsCompleted.Should().BeFalse();

        _inbox.Settling.SetException(new IOException("scripted"));

        await free;
        _log.At(LogLevel.Error).Should().ContainSingle(line => line.Contains("could not be recorded"));
        await pump.StopAsync();
    }

    [Fact]
    public async Task A_stop_does_not_hang_on_a_delivery_that_was_granted_meanwhile_and_cannot_be_given_back()
    {
        _inbox.Claims.Enqueue(OneDelivery);
        _inbox.Settling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _inbox.Granted = OneDelivery()[0];
        _inbox.FailsToRelease = true;
        var pump = Start();
        await _started.Task;
        _finish.SetResult();
        await _inbox.NextSettlementAsync();
        var stop = pump.StopAsync();

        _inbox.Settling.SetResult();

        (await _inbox.NextSettlementAsync()).Outcome.Should().Be(DeliveryOutcome.Released);
        await stop.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private static Delivery[] OneDelivery() => [new Delivery { Handler = Handler, Entry = TestEntry.Create(), Attempt = 1 }];

    private HandlerPump Start()
    {
        var handler = WebhookHandler.Create<WebhookEvent>(Handler, async (_, _, cancellationToken) =>
        {
            await using var registration = cancellationToken.Register(() => _isCancelled = true);
            _started.SetResult();
            await _finish.Task;
        });
        var metrics = new DeliveryMetrics(_services.GetRequiredService<IMeterFactory>());
        var pump = new HandlerPump(handler, _inbox, new EventTypes(), _options, metrics, new HandlerAttempts(new ConditionSignal(), _time), _time, _log.CreateLogger(nameof(ThunderStack)));
        pump.Start();
        return pump;
    }
}
