using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary><c>UsePostgreSqlInbox</c> in a host.</summary>
public sealed class RegistrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void One_inbox_serves_every_contract()
    {
        using var host = Build(("ConnectionString", "Host=nowhere"));

        var inbox = host.Services.GetRequiredService<IInbox>();

        inbox.Should().BeOfType<PostgreSqlInbox>();
        host.Services.GetRequiredService<IInboxAdministration>().Should().BeSameAs(inbox);
        host.Services.GetRequiredService<IPublicKeyStore>().Should().BeSameAs(inbox);
    }

    [Fact]
    public void Second_store_is_refused_and_the_same_one_again_is_not()
    {
        var webhooks = new ServiceCollection().AddThunderStackWebhooksCore(new ConfigurationBuilder().Build()).UsePostgreSqlInbox().UsePostgreSqlInbox();

        var add = () => webhooks.UseSqliteInbox();

        add.Should().Throw<InvalidOperationException>().WithMessage("SqliteInbox cannot be added*Select one*");
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("pg_mine")]
    [InlineData("a; DROP TABLE events")]
    [InlineData("")]
    [InlineData("1st")]
    public void Schema_that_is_not_a_plain_name_is_refused(string schema)
    {
        using var host = Build(("ConnectionString", "Host=nowhere"), ("Schema", schema));

        var read = () => host.Services.GetRequiredService<IOptions<PostgreSqlInboxOptions>>().Value;

        read.Should().Throw<OptionsValidationException>().WithMessage("ThunderStack:Inbox:Schema*");
    }

    [Theory]
    [InlineData("Data Source=data/inbox.db")]
    [InlineData("Username=someone;Password=geheim")]
    [InlineData("Host=db;Port=many;Password=geheim")]
    public void Connection_string_of_another_store_is_refused_without_being_quoted(string connectionString)
    {
        using var host = Build(("ConnectionString", connectionString));

        var read = () => host.Services.GetRequiredService<IOptions<InboxOptions>>().Value;

        read.Should().Throw<OptionsValidationException>().Which.Message.Should()
            .Contain("ThunderStack:Inbox:ConnectionString").And.NotContain("geheim");
    }

    [Fact]
    public async Task Inbox_is_open_while_the_host_runs()
    {
        var connectionString = await TestPostgreSql.ConnectAsync();
        var schema = TestPostgreSql.NewSchema();
        using var host = Build(("ConnectionString", connectionString), ("Schema", schema));
        var inbox = host.Services.GetRequiredService<IInbox>();

        await host.StartAsync(Token);
        var stored = await inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);
        await host.StopAsync(Token);
        var late = await inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);

        stored.Outcome.Should().Be(AppendOutcome.Stored);
        late.Outcome.Should().Be(AppendOutcome.Unavailable);
        await TestPostgreSql.ExecuteAsync(connectionString, $"DROP SCHEMA {schema} CASCADE");
    }

    private static IHost Build(params (string Key, string Value)[] settings)
    {
        var host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        host.Configuration.AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create($"ThunderStack:Inbox:{setting.Key}", (string?)setting.Value)));
        host.Services.AddOptions<InboxOptions>().Bind(host.Configuration.GetSection("ThunderStack:Inbox"));
        new ThunderStackWebhooksBuilder(host.Services, host.Configuration.GetSection("ThunderStack")).UsePostgreSqlInbox();
        return host.Build();
    }
}
