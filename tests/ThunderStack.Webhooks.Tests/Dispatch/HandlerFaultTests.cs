using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Tests.Keys;

namespace ThunderStack.Webhooks.Tests.Dispatch;

/// <summary>What a handler does wrong costs its own delivery, and nobody else's.</summary>
public sealed class HandlerFaultTests
{
    private readonly ConcurrentQueue<(DateTimeOffset At, int Attempt)> _attempts = new();
    private readonly ConcurrentQueue<WebhookEventId> _handledByOther = new();

    [Fact]
    public async Task Fails_three_times_then_succeeds_takes_four_attempts_on_schedule()
    {
        await using var host = await StartAsync((_, context, _) => context.Attempt <= 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask);

        var id = await host.AppendAsync();

        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "faulty"))?.State == DeliveryState.Succeeded);
        _attempts.Select(a => a.Attempt).Should().Equal(1, 2, 3, 4);
        ShouldFollow(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2));
        await host.DeliveryIsAsync(id, "other", DeliveryState.Succeeded);
        _handledByOther.Should().Equal(id);
    }

    [Fact]
    public async Task Always_fails_is_a_dead_letter_after_the_last_delay_and_never_runs_again()
    {
        await using var host = await StartAsync((_, _, _) => throw new InvalidOperationException("never"), new Dictionary<string, string?>
        {
            ["ThunderStack:Dispatch:RetryDelays:0"] = "00:00:05",
            ["ThunderStack:Dispatch:RetryDelays:1"] = "00:00:30",
        });

        var id = await host.AppendAsync();

        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "faulty"))?.State == DeliveryState.DeadLettered);
        var record = await host.FindDeliveryAsync(id, "faulty");
        record!.Attempts.Should().Be(3);
        record.Error.Should().Be("InvalidOperationException: never");
        host.Time.Advance(TimeSpan.FromDays(1));
        await host.AppendAsync("node-b");
        await host.AdvanceUntilAsync(() => _attempts.Count >= 4);
        _attempts.Select(a => a.Attempt).Take(4).Should().Equal(1, 2, 3, 1);
        (await host.DeliveryIsAsync(id, "other", DeliveryState.Succeeded)).Attempts.Should().Be(1);
    }

    [Fact]
    public async Task Failures_are_logged_with_the_node_and_the_stack()
    {
        using var log = new LogCollector();
        await using var host = await DispatchHost.StartAsync(
            builder =>
            {
                builder.Services.AddLogging(logging => logging.AddProvider(log));
                builder.AddHandler<WebhookEvent>("faulty", (_, _, _) => throw new InvalidOperationException("never"));
            },
            new Dictionary<string, string?> { ["ThunderStack:Dispatch:RetryDelays:0"] = "00:00:05" });

        var id = await host.AppendAsync("node-b");

        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "faulty"))?.State == DeliveryState.DeadLettered);
        var stack = $"   at {typeof(HandlerFaultTests).FullName}";
        log.At(LogLevel.Warning).Should().ContainSingle(line => line.Contains("faulty failed")).Which.Should().Contain("of node node-b").And.Contain(stack);
        log.At(LogLevel.Error).Should().ContainSingle(line => line.Contains("gave up")).Which.Should().Contain("of node node-b").And.Contain(stack);
    }

    [Fact]
    public async Task A_cancellation_of_the_handlers_own_is_a_failure_not_a_shutdown()
    {
        await using var host = await StartAsync((_, context, _) => context.Attempt == 1 ? throw new OperationCanceledException("mine") : Task.CompletedTask);

        var id = await host.AppendAsync();

        var record = await host.DeliveryIsAsync(id, "faulty", DeliveryState.Scheduled);
        record.Attempts.Should().Be(1);
        record.Error.Should().Be("OperationCanceledException: mine");
    }

    [Fact]
    public async Task The_default_schedule_makes_seven_attempts()
    {
        await using var host = await StartAsync((_, _, _) => throw new InvalidOperationException("never"));
        var id = await host.AppendAsync();

        for (var attempt = 1; attempt <= 6; attempt++)
        {
            var due = (await host.DeliveryIsAsync(id, "faulty", DeliveryState.Scheduled)).DueAt!.Value;
            host.Time.SetUtcNow(due);
            await Testing.Eventually.TrueAsync(() => _attempts.Count == attempt + 1);
            await Testing.Eventually.TrueAsync(async () => (await host.FindDeliveryAsync(id, "faulty"))!.Attempts == attempt + 1);
        }

        (await host.DeliveryIsAsync(id, "faulty", DeliveryState.DeadLettered)).Attempts.Should().Be(7);
        ShouldFollow(
            TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6));
    }

    [Fact]
    public async Task Never_retry_is_a_dead_letter_after_one_attempt()
    {
        await using var host = await StartAsync((_, _, _) => throw new DeadLetterException("the customer is gone"));

        var id = await host.AppendAsync();

        var record = await host.DeliveryIsAsync(id, "faulty", DeliveryState.DeadLettered);
        record.Attempts.Should().Be(1);
        record.Error.Should().Be("the customer is gone");
    }

    [Fact]
    public async Task Hanging_in_spite_of_cancellation_fails_by_the_clock_and_delays_no_other_handler_or_node()
    {
        var hang = new TaskCompletionSource();
        await using var host = await StartAsync(
            (e, context, _) => e.NodeId.Value == "node-a" && context.Attempt == 1 ? hang.Task : Task.CompletedTask);

        var id = await host.AppendAsync("node-a");
        var elsewhere = await host.AppendAsync("node-b");

        await host.DeliveryIsAsync(elsewhere, "faulty", DeliveryState.Succeeded);
        await host.DeliveryIsAsync(id, "other", DeliveryState.Succeeded);
        (await host.FindDeliveryAsync(id, "faulty"))?.State.Should().Be(DeliveryState.Pending);

        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "faulty"))?.State == DeliveryState.Succeeded);
        (await host.FindDeliveryAsync(id, "faulty"))!.Attempts.Should().Be(2);
        hang.SetResult();
    }

    [Fact]
    public async Task Blocking_a_thread_for_ever_is_no_worse_than_hanging()
    {
        using var never = new ManualResetEventSlim();
        await using var host = await StartAsync((_, context, _) =>
        {
            if (context.Attempt == 1)
            {
                never.Wait(CancellationToken.None);
            }

            return Task.CompletedTask;
        });

        var id = await host.AppendAsync();

        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "faulty"))?.State == DeliveryState.Succeeded);
        (await host.FindDeliveryAsync(id, "faulty"))!.Attempts.Should().Be(2);
        await host.DeliveryIsAsync(id, "other", DeliveryState.Succeeded);
        _handledByOther.Should().Equal(id);
        never.Set();
    }

    [Fact]
    public async Task More_hanging_events_than_slots_do_not_stop_a_handler_for_good()
    {
        var hang = new TaskCompletionSource();
        await using var host = await StartAsync(
            (_, context, _) => context.Attempt == 1 ? hang.Task : Task.CompletedTask,
            new Dictionary<string, string?> { ["ThunderStack:Dispatch:Concurrency"] = "2" });

        var ids = new List<WebhookEventId>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await host.AppendAsync($"node-{i}"));
        }

        foreach (var id in ids)
        {
            await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "faulty"))?.State == DeliveryState.Succeeded);
        }

        hang.SetResult();
    }

    [Fact]
    public async Task Running_over_the_time_is_told_to_stop_and_counts_as_failed()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(async (_, context, cancellationToken) =>
        {
            if (context.Attempt == 1)
            {
                await using var registration = cancellationToken.Register(() => cancelled.TrySetResult());
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
        });

        var id = await host.AppendAsync();

        await Testing.Eventually.TrueAsync(() => !_attempts.IsEmpty);
        await host.AdvanceUntilAsync(() => cancelled.Task.IsCompleted);
        (host.Time.GetUtcNow() - _attempts.First().At).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));
        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "faulty"))?.State == DeliveryState.Succeeded);
        _attempts.Select(a => a.Attempt).Should().Equal(1, 2);
    }

    [Fact]
    public async Task A_node_waits_for_its_failed_event_while_others_go_on()
    {
        var handled = new ConcurrentQueue<WebhookEventId>();
        await using var host = await StartAsync((e, context, _) =>
        {
            if (e.NodeId.Value == "node-a" && context.Attempt == 1 && handled.IsEmpty)
            {
                throw new InvalidOperationException("first");
            }

            handled.Enqueue(e.Id);
            return Task.CompletedTask;
        });

        var first = await host.AppendAsync("node-a");
        await host.DeliveryIsAsync(first, "faulty", DeliveryState.Scheduled);
        var second = await host.AppendAsync("node-a");
        var elsewhere = await host.AppendAsync("node-b");

        await host.DeliveryIsAsync(elsewhere, "faulty", DeliveryState.Succeeded);
        handled.Should().Equal(elsewhere);
        await host.AdvanceUntilAsync(() => handled.Count == 3);
        handled.Should().Equal(elsewhere, first, second);
    }

    [Fact]
    public async Task Without_order_a_failed_event_holds_nothing_back()
    {
        var handled = new ConcurrentQueue<WebhookEventId>();
        await using var host = await StartAsync(
            (e, context, _) =>
            {
                if (context.Attempt == 1 && handled.IsEmpty && _attempts.Count == 1)
                {
                    throw new InvalidOperationException("first");
                }

                handled.Enqueue(e.Id);
                return Task.CompletedTask;
            },
            new Dictionary<string, string?> { ["ThunderStack:Dispatch:Ordering"] = "None" });

        var first = await host.AppendAsync("node-a");
        await host.DeliveryIsAsync(first, "faulty", DeliveryState.Scheduled);
        var second = await host.AppendAsync("node-a");

        await host.DeliveryIsAsync(second, "faulty", DeliveryState.Succeeded);
        handled.Should().Equal(second);
    }

    [Fact]
    public async Task An_event_of_another_type_counts_as_handled_without_a_call()
    {
        await using var host = await StartAsync((_, _, _) => Task.CompletedTask);

        var unknown = await host.AppendAsync(eventType: "NODE_BUILD_FINISHED");

        await host.DeliveryIsAsync(unknown, "faulty", DeliveryState.Succeeded);
        _attempts.Should().BeEmpty();
        await host.DeliveryIsAsync(unknown, "other", DeliveryState.Succeeded);
        _handledByOther.Should().Equal(unknown);
    }

    [Fact]
    public async Task Shutdown_lets_a_running_handler_finish_and_releases_one_that_does_not()
    {
        var started = new SemaphoreSlim(0);
        var finish = new TaskCompletionSource();
        var cancelled = 0;
        var host = await StartAsync(async (e, _, cancellationToken) =>
        {
            started.Release();
            if (e.NodeId.Value == "node-a")
            {
                await finish.Task;
                return;
            }

            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref cancelled);
                throw;
            }
        });
        await host.AppendAsync("node-a");
        await host.AppendAsync("node-b");
        await started.WaitAsync(TestContext.Current.CancellationToken);
        await started.WaitAsync(TestContext.Current.CancellationToken);

        var stopping = host.StopAsync();
        finish.SetResult();
        await host.AdvanceUntilAsync(() => stopping.IsCompleted);

        await stopping;
        cancelled.Should().Be(1);
        await host.DisposeAsync();
    }

    private Task<DispatchHost> StartAsync(
        Func<NodeStatusUpdated, DeliveryContext, CancellationToken, Task> faulty, Dictionary<string, string?>? settings = null)
    {
        DispatchHost? host = null;
        return Start();

        async Task<DispatchHost> Start() => host = await DispatchHost.StartAsync(
            webhooks => webhooks
                .AddHandler<NodeStatusUpdated>("faulty", (e, context, cancellationToken) =>
                {
                    _attempts.Enqueue((host!.Time.GetUtcNow(), context.Attempt));
                    return faulty(e, context, cancellationToken);
                })
                .AddHandler<WebhookEvent>("other", (e, _, _) =>
                {
                    _handledByOther.Enqueue(e.Id);
                    return Task.CompletedTask;
                }),
            settings);
    }

    /// <summary>Each attempt came after its delay. How much later is <see cref="RetrySchedule"/>'s to decide, and tested there.</summary>
    private void ShouldFollow(params TimeSpan[] delays)
    {
        var at = _attempts.Select(a => a.At).ToList();
        for (var i = 0; i < delays.Length; i++)
        {
            (at[i + 1] - at[i]).Should().BeGreaterThanOrEqualTo(delays[i]);
        }
    }
}
