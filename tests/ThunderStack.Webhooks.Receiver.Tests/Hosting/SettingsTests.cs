using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Receiver.Hosting;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

/// <summary>What is written for a setting and cannot be meant is refused, by its key, without being repeated.</summary>
public sealed class SettingsTests
{
    private static readonly IReadOnlyList<Setting> Declared = ReadCatalog();

    public static TheoryData<string> Times => [.. KeysWhere(setting => setting.Judge("soon")?.Contains("is not a time", StringComparison.Ordinal) == true)];

    public static TheoryData<string> Texts => [.. KeysWhere(setting => setting.Judge("\"x\"")?.Contains("quotes", StringComparison.Ordinal) == true)];

    [Fact]
    public void Every_time_and_every_text_is_declared_as_one()
    {
        Times.Should().HaveCount(18);
        Texts.Should().HaveCount(41);
    }

    [Theory]
    [MemberData(nameof(Times))]
    public void A_time_that_would_mean_days_is_refused_with_both_spellings(string key)
    {
        var beside = Beside(key);
        Problems([.. beside, (key, "5")]).Should().Contain($"{key} is a number without a unit: write 00:00:05 for 5 seconds, or 5.00:00:00 for 5 days");
        Problems([.. beside, (key, "24:00:00")]).Should()
            .Contain($"{key} has more than 23 hours without days before them: write 1.00:00:00 for 24 hours, or 24.00:00:00 for 24 days");
        Problems([.. beside, (key, "100:30")]).Should().Contain($"{key} has more than 23 hours");
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_in_quotes_or_between_spaces_is_refused(string key)
    {
        var beside = Beside(key);
        Problems([.. beside, (key, "\"n1\"")]).Should().Contain($"{key} is in quotes");
        Problems([.. beside, (key, "'n1'")]).Should().Contain($"{key} is in quotes");
        if (key is not ("ThunderStack:PublicKey:Pinned:0" or "ThunderStack:Inbox:ConnectionString"))
        {
            // White space around those two changes nothing.
            Problems([.. beside, (key, " n1")]).Should().Contain($"{key} begins or ends with white space");
        }
    }

    [Fact]
    public void Wrong_types_are_all_told_with_what_is_allowed_and_never_repeated()
    {
        const string Secret = "hunter2";

        var problems = Problems(
            ("ThunderStack:Dispatch:Concurrency", Secret), ("ThunderStack:Dispatch:Ordering", Secret), ("ThunderStack:Dispatch:HandlerTimeout", Secret),
            ("ThunderStack:Webhook:MaxBodyBytes", Secret), ("ThunderStack:PublicKey:AlsoFetch", Secret), ("ThunderStack:Inbox:Provider", Secret),
            ("ThunderStack:Handlers:ops:Type", Secret), ("ThunderStack:Webhook:Path", Secret), ("ThunderStack:Webhook:PublicUrl", Secret));

        problems.Should().Contain("Concurrency is not a whole number").And.Contain("Ordering is unknown: write PerNode or None")
            .And.Contain("HandlerTimeout is not a time. Example: 00:00:30").And.Contain("MaxBodyBytes is not a whole number")
            .And.Contain("AlsoFetch is neither on nor off: write true or false").And.Contain("Provider is unknown: write Sqlite or PostgreSql")
            .And.Contain("ops:Type is unknown: write Log or Forward").And.Contain("https://hooks.example.com/webhooks/thunderstack")
            .And.NotContain(Secret);
    }

    [Theory]
    [InlineData("Host=db;Multiplexing=true", "Multiplexing")]
    [InlineData("Host=db;Maximum Pool Size=1", "Maximum Pool Size")]
    [InlineData("postgres://thunderstack:hunter2@db/thunderstack", "is a URI. Example: Host=db")]
    [InlineData("postgresql://thunderstack:hunter2@db/thunderstack?sslmode=require", "is a URI. Example: Host=db")]
    public void A_connection_string_that_can_never_work_is_refused_at_start(string connectionString, string said)
    {
        Problems(("ThunderStack:Inbox:Provider", "PostgreSql"), ("ThunderStack:Inbox:ConnectionString", connectionString))
            .Should().Contain($"ThunderStack:Inbox:ConnectionString").And.Contain(said).And.NotContain("hunter2");
    }

    [Theory]
    [InlineData("postgres://thunderstack:hunter2@db/thunderstack")]
    [InlineData("hunter2;Data Source=x")]
    [InlineData("Data Source=inbox.db;Mode=hunter2")]
    public void A_connection_string_that_sqlite_does_not_understand_is_not_repeated(string connectionString)
    {
        Problems(("ThunderStack:Inbox:ConnectionString", connectionString))
            .Should().Contain("ThunderStack:Inbox:ConnectionString").And.NotContain("hunter2");
    }

    [Fact]
    public void An_application_of_ones_own_is_told_all_problems_at_once_without_a_stack_trace()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["ThunderStack:Dispatch:Concurrency"] = "many";
        builder.Configuration["ThunderStack:Webhook:Path"] = "no-slash";
        builder.Configuration["ThunderStack:Inbox:Retention"] = "5";
        builder.Configuration["ThunderStack:Inbox:Synchronous"] = "Off";
        builder.Services.AddThunderStackWebhooks(builder.Configuration).UseSqliteInbox();
        using var app = builder.Build();

        var told = FluentActions.Invoking(app.MapThunderStackWebhooks).Should().Throw<Exception>().Which.ToString();

        told.Should().ContainAll("ThunderStack:Nodes", "ThunderStack:Dispatch:Concurrency", "ThunderStack:Webhook:Path", "ThunderStack:Inbox:Retention", "ThunderStack:Inbox:Synchronous")
            .And.NotContain("   at ");
    }

    private static IEnumerable<string> KeysWhere(Func<Setting, bool> condition) =>
        Declared.Where(condition).Select(setting => "ThunderStack:" + setting.Key.Replace("Handlers:*", "Handlers:ops", StringComparison.Ordinal).Replace('*', '0'));

    // A handler's settings mean nothing without its type.
    private static (string, string)[] Beside(string key)
    {
        const string Handler = "ThunderStack:Handlers:ops:";
        if (!key.StartsWith(Handler, StringComparison.Ordinal))
        {
            return [];
        }

        using var receiver = ReceiverHost.Build(new() { ["ThunderStack:Nodes:0:NodeId"] = "node-a" });
        var types = receiver.Services.GetRequiredService<HandlerTypes>();
        var own = key[Handler.Length..].Replace(":0", ":*", StringComparison.Ordinal);
        return [(Handler + "Type", types.Names.Last(name => types.Find(name)!.Settings.Any(setting => setting.Key == own) || name == "Log"))];
    }

    private static IReadOnlyList<Setting> ReadCatalog()
    {
        using var receiver = ReceiverHost.Build(new() { ["ThunderStack:Nodes:0:NodeId"] = "node-a" });
        return receiver.Services.GetRequiredService<SettingsCatalog>().Settings;
    }

    private static string Problems(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["ThunderStack:Nodes:0:NodeId"] = SignedDelivery.DefaultNodeId };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return FluentActions.Invoking(() => ReceiverHost.Build(all)).Should().Throw<StartupException>().Which.Message;
    }
}
