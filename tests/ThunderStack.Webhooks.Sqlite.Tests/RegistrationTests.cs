using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary><c>UseSqliteInbox</c> in a host.</summary>
public sealed class RegistrationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SteppedClock _time = new(TestEntry.Noon);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void One_inbox_serves_every_contract()
    {
        using var host = Build(builder => builder.UseSqliteInbox());

        var inbox = host.Services.GetRequiredService<IInbox>();

        inbox.Should().BeOfType<SqliteInbox>();
        host.Services.GetRequiredService<IInboxAdministration>().Should().BeSameAs(inbox);
        host.Services.GetRequiredService<IPublicKeyStore>().Should().BeSameAs(inbox);
    }

    [Fact]
    public void Section_inbox_is_read()
    {
        using var host = Build(builder => builder.UseSqliteInbox(), ("Synchronous", "Extra"), ("Retention", "1.00:00:00"));

        host.Services.GetRequiredService<IOptions<SqliteInboxOptions>>().Value.Synchronous.Should().Be("Extra");
        host.Services.GetRequiredService<IOptions<InboxOptions>>().Value.Retention.Should().Be(TimeSpan.FromDays(1));
    }

    [Fact]
    public void Path_in_code_wins_over_configuration()
    {
        using var host = Build(builder => builder.UseSqliteInbox("a;b.db"), ("ConnectionString", "Data Source=other.db"));

        var options = host.Services.GetRequiredService<IOptions<InboxOptions>>().Value;

        Storage.DatabaseLocation.Resolve(options.ConnectionString).Should().Be(Path.GetFullPath("a;b.db"));
    }

    [Fact]
    public void Registered_twice_it_is_opened_once()
    {
        using var host = Build(builder => builder.UseSqliteInbox().UseSqliteInbox());

        host.Services.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Should().ContainSingle();
    }

    [Fact]
    public async Task Inbox_is_open_before_the_first_service_starts_and_until_the_last_has_stopped()
    {
        var outcomes = new List<AppendOutcome>();
        using var host = Build(
            builder =>
            {
                builder.Services.AddHostedService(services => new Appender(services.GetRequiredService<IInbox>(), outcomes));
                builder.UseSqliteInbox(_directory.File("inbox.db"));
            });

        await host.StartAsync(Token);
        await host.StopAsync(Token);

        outcomes.Should().Equal(AppendOutcome.Stored, AppendOutcome.Stored);
        var late = await host.Services.GetRequiredService<IInbox>().AppendAsync(TestEntry.Create(), TestEntry.Key, Token);
        late.Outcome.Should().Be(AppendOutcome.Unavailable);
    }

    [Fact]
    public async Task Refused_file_fails_the_start_with_its_reason()
    {
        await File.WriteAllTextAsync(_directory.File("inbox.db"), "no database", Token);
        using var host = Build(builder => builder.UseSqliteInbox(_directory.File("inbox.db")));

        await FluentActions.Awaiting(() => host.StartAsync(Token)).Should().ThrowAsync<InboxOpenException>();
    }

    [Fact]
    public async Task Retention_is_applied_every_hour()
    {
        using var host = Build(builder => builder.UseSqliteInbox(_directory.File("inbox.db")), ("Retention", "10.00:00:00"));
        await host.StartAsync(Token);
        var inbox = host.Services.GetRequiredService<SqliteInbox>();
        var old = TestEntry.Create();
        foreach (var entry in new[] { old, TestEntry.Create(receivedAt: TestEntry.Noon.AddDays(5)) })
        {
            await inbox.AppendAsync(entry, TestEntry.Key, Token);
        }

        // Each look advances the clock once more: whether the sweep waits for its timer yet is its own affair.
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromHours(11));
                return inbox.FindAsync(old.Id, Token).GetAwaiter().GetResult() is null;
            },
            "the old event goes");

        _time.GetUtcNow().Should().BeAfter(TestEntry.Noon.AddDays(10));
        (await inbox.AppendAsync(old, TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Duplicate);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Retention_waits_until_the_clock_has_gone_on_evenly_for_an_hour()
    {
        var logger = new RecordingLogger<object>();
        var settings = ("Retention", "10.00:00:00");
        void Configure(ThunderStackWebhooksBuilder builder)
        {
            builder.Services.AddSingleton<ILoggerFactory>(new OneLogger(logger));
            builder.UseSqliteInbox(_directory.File("inbox.db"));
        }

        var entry = TestEntry.Create();
        using (var before = Build(Configure, settings))
        {
            await before.StartAsync(Token);
            await before.Services.GetRequiredService<SqliteInbox>().AppendAsync(entry, TestEntry.Key, Token);
            await before.Services.GetRequiredService<SqliteInbox>().AppendAsync(TestEntry.Create(), TestEntry.Key, Token);
            await before.StopAsync(Token);
        }

        _time.Step(TimeSpan.FromDays(5_000));
        using var host = Build(Configure, settings);
        await host.StartAsync(Token);
        var inbox = host.Services.GetRequiredService<SqliteInbox>();
        _time.Advance(TimeSpan.FromMinutes(30));
        _time.Step(TimeSpan.FromDays(-5_000));
        await HourAsync(1);
        _time.Step(TimeSpan.FromDays(12));
        await HourAsync(2);

        (await inbox.FindAsync(entry.Id, Token)).Should().NotBeNull("the clock was set within each of the hours");
        await Eventually.TrueAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromHours(1));
                return await inbox.FindAsync(entry.Id, Token) is null;
            },
            "a clock that goes on evenly is right in the end");
        await host.StopAsync(Token);

        async Task HourAsync(int warnings)
        {
            // Only once the sweep waits for its timer; a second hour would be an even one.
            _time.Advance(TimeSpan.FromMinutes(warnings == 1 ? 30 : 60));
            await Eventually.TrueAsync(() => logger.Lines.Count(line => line.Message.Contains("clock was set")) == warnings, "it is told");
        }
    }

    private IHost Build(Action<ThunderStackWebhooksBuilder> configure, params (string Key, string Value)[] settings)
    {
        var host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        host.Configuration.AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create($"ThunderStack:Inbox:{setting.Key}", (string?)setting.Value)));
        host.Services.AddSingleton<TimeProvider>(_time);
        host.Services.AddOptions<InboxOptions>().Bind(host.Configuration.GetSection("ThunderStack:Inbox"));
        configure(new ThunderStackWebhooksBuilder(host.Services, host.Configuration.GetSection("ThunderStack")));
        return host.Build();
    }

    private sealed class OneLogger(ILogger logger) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class Appender(IInbox inbox, List<AppendOutcome> outcomes) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => AppendAsync();

        public Task StopAsync(CancellationToken cancellationToken) => AppendAsync();

        private async Task AppendAsync() => outcomes.Add((await inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token)).Outcome);
    }
}
