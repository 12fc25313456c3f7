using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Tests.Dispatch;

namespace ThunderStack.Webhooks.Tests.Handlers;

/// <summary>A handler type that an application adds is one that configuration can name, with all that the package's own have.</summary>
public sealed class HandlerTypeTests
{
    private readonly ConcurrentQueue<string> _beeps = new();

    private HandlerType Beeper => new("Beeper", (settings, _) => new Beep(_beeps, settings))
    {
        Settings =
        [
            Setting.WebUrl("Url", "https://example.org/beep") with { IsRequired = true },
            Setting.Number("Times", 1),
            Setting.Text("To:*"),
            Setting.Time("Gap", "00:00:01"),
        ],
    };

    [Fact]
    public async Task Configuration_makes_handlers_of_it_from_their_settings_and_defaults()
    {
        await using var host = await StartAsync(
            ("ops:Type", "Beeper"), ("ops:url", "https://ops.example.org"), ("ops:To:1", "b"), ("ops:To:0", "a"), ("ops:To:10", "c"),
            ("night:Type", "Beeper"), ("night:Url", "https://night.example.org"), ("night:Times", "3"));

        await host.AppendAsync();

        await Eventually.TrueAsync(() => _beeps.Count == 2);
        _beeps.Should().BeEquivalentTo("ops https://ops.example.org 1 00:00:01 a,b,c", "night https://night.example.org 3 00:00:01 ");
    }

    [Fact]
    public void Every_problem_is_told_by_its_key_and_repeats_no_value()
    {
        Problems(
            ("ops:Type", "Beeper"), ("ops:Url", "https://user:hunter2@example.org"), ("ops:Times", "hunter2"), ("ops:To:3", "\"hunter2\""),
            ("none:Type", "Beeper"), ("old:Type", "hunter2"), ("empty:Url", "https://example.org"))
            .Should().BeEquivalentTo(
                "ThunderStack:Handlers:ops:Url has a user name or password, which is not sent: write the URL without.",
                "ThunderStack:Handlers:ops:Times is not a whole number. Example: 1.",
                "ThunderStack:Handlers:ops:To:3 is in quotes, which are taken for a part of it: write it without.",
                "ThunderStack:Handlers:none:Url is not an absolute http or https URL. Example: https://example.org/beep.",
                "ThunderStack:Handlers:old:Type is unknown: write Beeper or Log or Forward.",
                "ThunderStack:Handlers:empty:Type is empty: write Beeper or Log or Forward.");
    }

    [Fact]
    public void Types_judge_a_key_that_they_share_each_by_its_own_rule()
    {
        Problems(("ops:Type", "Other"), ("ops:Url", "anything"), ("old:Type", "Beeper"), ("old:Url", "anything"))
            .Should().ContainSingle().Which.Should().StartWith("ThunderStack:Handlers:old:Url is not an absolute");
    }

    [Theory]
    [InlineData("Concurrency", "0", "is 0: write a number from 1 to 1024")]
    [InlineData("Concurrency", "many", "is not a whole number")]
    [InlineData("Timeout", "5", "is a number without a unit")]
    [InlineData("Timeout", "00:00:31", "write a time up to ThunderStack:Dispatch:HandlerTimeout, which is 00:00:30")]
    [InlineData("RetryDelays:0", "8.00:00:00", "write a time up to 7 days")]
    public void Its_own_limits_are_checked_like_those_of_all(string key, string value, string said)
    {
        Problems(("ops:Type", "Log"), ($"ops:{key}", value)).Should().ContainSingle()
            .Which.Should().StartWith($"ThunderStack:Handlers:ops:{key} ").And.Contain(said);
    }

    [Fact]
    public void Its_settings_are_known_and_others_are_not()
    {
        using var services = Build(("ops:Type", "Beeper"), ("ops:Times", "3"), ("ops:Tmies", "3"), ("ops:To:0", "a"), ("ops:RetryDelays:0", "00:00:01"));

        services.GetRequiredService<SettingsCatalog>().FindUnknownKeys(services.GetRequiredService<IConfiguration>().GetSection("ThunderStack"))
            .Should().Equal("ThunderStack:Handlers:ops:Tmies");
    }

    [Theory]
    [InlineData("Log", "Url")]
    [InlineData("", "Url")]
    [InlineData("Slow", "Timeout")]
    [InlineData("Slow", "RetryDelays:*")]
    public void Name_or_key_that_is_taken_is_refused(string name, string key)
    {
        var builder = new ServiceCollection().AddThunderStackWebhooksCore(new ConfigurationBuilder().Build()).AddConfiguredHandlers();

        var add = () => builder.AddHandlerType(new HandlerType(name, (settings, _) => new Beep(_beeps, settings)) { Settings = [Setting.Text(key)] });

        add.Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task Retry_delays_of_its_own_count_for_it_alone()
    {
        await using var host = await StartAsync(
            ("short:Type", "Broken"), ("short:RetryDelays:0", "00:00:01"),
            ("long:Type", "Broken"));

        var id = await host.AppendAsync();

        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "short"))?.State == DeliveryState.DeadLettered);
        (await host.FindDeliveryAsync(id, "short"))!.Attempts.Should().Be(2);
        (await host.FindDeliveryAsync(id, "long"))!.State.Should().Be(DeliveryState.Scheduled);
    }

    [Fact]
    public async Task Concurrency_of_its_own_counts_for_it_alone()
    {
        var gate = new TaskCompletionSource();
        var (running, most) = (0, 0);
        await using var host = await StartAsync(
            [new HandlerType("Gated", (_, _) => new Handler(async () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await gate.Task;
                Interlocked.Decrement(ref running);
            }))],
            ("ops:Type", "Gated"), ("ops:Concurrency", "2"));
        var ids = new List<WebhookEventId>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add(await host.AppendAsync($"node-{i}"));
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref running) == 2);
        gate.SetResult();
        foreach (var id in ids)
        {
            await host.DeliveryIsAsync(id, "ops", DeliveryState.Succeeded);
        }

        most.Should().Be(2);
    }

    [Fact]
    public async Task Changed_limits_take_effect_while_it_runs()
    {
        await using var host = await StartAsync(("ops:Type", "Broken"), ("ops:RetryDelays:0", "06:00:00"));
        var first = await host.AppendAsync("node-a");
        await host.DeliveryIsAsync(first, "ops", DeliveryState.Scheduled);

        var configuration = host.Services.GetRequiredService<IConfiguration>();
        configuration["ThunderStack:Handlers:ops:RetryDelays:0"] = "00:00:01";
        ((IConfigurationRoot)configuration).Reload();

        await Eventually.TrueAsync(async () =>
        {
            // The change is applied in the background: what fails from then on waits a second.
            var id = await host.AppendAsync($"node-{Guid.NewGuid():N}");
            return (await host.DeliveryIsAsync(id, "ops", DeliveryState.Scheduled)).DueAt < host.Time.GetUtcNow().AddHours(1);
        });
    }

    private static HandlerType Broken => new("Broken", (_, _) => new Handler(() => throw new InvalidOperationException("never")));

    private Task<DispatchHost> StartAsync(params (string Key, string Value)[] handlers) => StartAsync([Beeper, Broken], handlers);

    private static Task<DispatchHost> StartAsync(HandlerType[] types, params (string Key, string Value)[] handlers) => DispatchHost.StartAsync(
        builder =>
        {
            foreach (var type in types)
            {
                builder.AddHandlerType(type);
            }

            builder.AddConfiguredHandlers();
        },
        handlers.ToDictionary(setting => $"ThunderStack:Handlers:{setting.Key}", setting => (string?)setting.Value));

    private ServiceProvider Build(params (string Key, string Value)[] handlers)
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            handlers.Select(setting => KeyValuePair.Create($"ThunderStack:Handlers:{setting.Key}", (string?)setting.Value))).Build();
        services.AddSingleton<IConfiguration>(configuration);
        var builder = services.AddThunderStackWebhooksCore(configuration).AddHandlerType(Beeper).AddConfiguredHandlers();
        if (handlers.Any(setting => setting.Value == "Other"))
        {
            builder.AddHandlerType(new HandlerType("Other", (settings, _) => new Beep(_beeps, settings)) { Settings = [Setting.Text("Url")] });
        }

        return services.BuildServiceProvider();
    }

    private List<string> Problems(params (string Key, string Value)[] handlers)
    {
        using var services = Build(handlers);
        return [.. services.GetRequiredService<ConfigurationProblems>().Find(services).Where(problem => problem.StartsWith("ThunderStack:Handlers", StringComparison.Ordinal))];
    }

    private sealed class Beep(ConcurrentQueue<string> beeps, HandlerSettings settings) : IWebhookHandler<WebhookEvent>
    {
        public Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken)
        {
            beeps.Enqueue($"{settings.Name} {settings["Url"]} {settings["Times"]} {settings["Gap"]} {string.Join(',', settings.List("To"))}");
            return Task.CompletedTask;
        }
    }

    private sealed class Handler(Func<Task> handle) : IWebhookHandler<WebhookEvent>
    {
        public Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken) => handle();
    }
}
