using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.NodeWatch;
using ThunderStack.Webhooks.PostgreSql;
using ThunderStack.Webhooks.Receiver.Hosting;
using ThunderStack.Webhooks.Reconciliation;
using ThunderStack.Webhooks.Sqlite;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Readme;

/// <summary>The table of settings in <c>docs/configure.md</c>, row by row, against the receiver.</summary>
public sealed partial class ConfigurationTableTests
{
    private const string Chapter = "Settings";

    private static readonly IReadOnlyList<Setting> Declared = ReadCatalog();

    // A list's key stands in the table with the number at its end.
    private static IEnumerable<string> KnownKeys => Declared.Select(PatternOf);

    public static TheoryData<string> Keys => [.. DocumentedKeys.All.Select(key => key.Key)];

    [Fact]
    public void The_table_has_every_key_that_the_receiver_knows_and_no_other()
    {
        var table = ReadmeTable.Read(Chapter).SelectMany(row => KeysOf(row[0])).ToList();

        table.Select(DocumentedKey.PatternOf).Should().OnlyHaveUniqueItems().And.BeEquivalentTo(KnownKeys);
        table.Should().BeEquivalentTo(DocumentedKeys.All.Select(key => key.Key), "each is tried here");
    }

    [Fact]
    public void Every_option_is_a_key_that_the_receiver_knows()
    {
        string[] options =
        [
            .. Of<NodeOptions>("Nodes:*").Where(key => key is not ("Nodes:*:Api" or "Nodes:*:Unlock")), .. Of<NodeApiOptions>("Nodes:*:Api"), .. Of<NodeUnlockOptions>("Nodes:*:Unlock"), .. Of<ThunderStackCloudOptions>("Cloud"), .. Of<PublicKeyOptions>("PublicKey"), .. Of<WebhookOptions>("Webhook"),
            .. Of<InboxOptions>("Inbox"), .. Of<SqliteInboxOptions>("Inbox"), .. Of<PostgreSqlInboxOptions>("Inbox"), .. Of<DispatchOptions>("Dispatch"),
            .. Of<ReconciliationOptions>("Reconciliation"), .. Of<HandlerOptions>("Handlers:*").Where(key => key != "Handlers:*:Settings"), "Handlers:*:Url", "Handlers:*:Secret", .. Of<ProxyOptions>("Proxy"),
            .. new[] { "AtMost", "Within", "Format", "Uri", "Exchange", "RoutingKey", "Title", "Text", "BotToken", "ChatId", "BaseAddress", "Smtp:Host", "Smtp:Port", "Smtp:Security", "Smtp:User", "Smtp:Password", "From", "To", "Template", "Interval" }.Select(key => $"Handlers:*:{key}"),
            "Management:PublicUrl", "Management:ApiKeys:*:Key", "Management:ApiKeys:*:Role",
            .. Of<ManagementOptions>("Management"), .. Of<NodeWatchOptions>("NodeWatch"), .. Of<ConditionOptions>("Conditions"),
            .. new[] { "Nodes", "Statuses", "EventTypes", "Sources", "Conditions", "Severities", "OnlyChanges", "NotStale" }.Select(key => $"Handlers:*:When:{key}"),
        ];

        // The options that are read from beside the token that they are about.
        options.Select(key => key is "Reconciliation:RepairWebhookUrl" or "NodeWatch:NodeApiHosts" ? $"Cloud:{key.Split(':')[1]}" : key)
            .Should().BeEquivalentTo(KnownKeys);

        static IEnumerable<string> Of<TOptions>(string section) => typeof(TOptions).GetProperties().Select(property => $"{section}:{property.Name}");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task The_default_is_the_tables(string key)
    {
        var documented = Find(key);
        var shown = ReadmeTable.Read(Chapter).Single(row => KeysOf(row[0]).Contains(key))[1];

        // Nothing but what has no default.
        await using var receiver = ReceiverHost.Build(new() { ["ThunderStack:Nodes:0:NodeId"] = "node-a" });

        switch (key)
        {
            case "Nodes:n:NodeId":
                shown.Should().Be("–");
                FluentActions.Invoking(() => ReceiverHost.Build([])).Should().Throw<StartupException>().WithMessage("*ThunderStack:Nodes*");
                break;
            case "Handlers:name:Type":
                shown.Should().Be($"one `Log` named {DocumentedKey.Show(documented.Read(receiver.Services))}");
                break;
            default:
                shown.Should().Be(DocumentedKey.Show(documented.Read(receiver.Services)));
                if (key != "Dispatch:RetryDelays:n")
                {
                    shown.Should().Be(DocumentedKey.Show(Declared.Single(setting => PatternOf(setting) == DocumentedKey.PatternOf(key)).Default), "it is declared so");
                }

                break;
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task What_is_written_is_what_counts(string key)
    {
        var documented = Find(key);

        documented.Accepted.Should().NotBeEmpty();
        foreach (var (written, read) in documented.Accepted.Concat(BoundsOf(key).Select(bound => ($"{bound}", (object)bound))))
        {
            await using var receiver = Build(documented, written);
            documented.Read(receiver.Services).Should().BeEquivalentTo(read);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void What_cannot_be_is_refused_by_its_key(string key)
    {
        var documented = Find(key);

        var refused = documented.Refused.Concat(BoundsOf(key).Select((bound, index) => $"{(index == 0 ? bound - 1 : bound + 1)}")).ToList();

        refused.Should().NotBeEmpty();
        foreach (var written in refused)
        {
            FluentActions.Invoking(() => Build(documented, written))
                .Should().Throw<StartupException>("{0} cannot be {1}", key, written).Which.Message.Should().Contain(documented.Setting[..documented.Setting.LastIndexOf(':')]);
        }
    }

    private static IReadOnlyList<Setting> ReadCatalog()
    {
        using var receiver = ReceiverHost.Build(new() { ["ThunderStack:Nodes:0:NodeId"] = "node-a" });
        return receiver.Services.GetRequiredService<SettingsCatalog>().Settings;
    }

    private static string PatternOf(Setting setting) => setting.Key.EndsWith(":*", StringComparison.Ordinal) ? setting.Key[..^2] : setting.Key;

    private static DocumentedKey Find(string key) => DocumentedKeys.All.Single(documented => documented.Key == key);

    private static WebApplication Build(DocumentedKey key, string written)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ThunderStack:Nodes:0:NodeId"] = SignedDelivery.DefaultNodeId,
            ["Logging:LogLevel:Default"] = "None",
        };
        foreach (var (name, value) in key.Beside)
        {
            settings[name] = value;
        }

        settings[key.Setting] = written;
        return ReceiverHost.Build(settings);
    }

    // A cell such as `Proxy:Addresses:n`, `Networks:n`: the section is written once.
    private static IEnumerable<string> KeysOf(string cell)
    {
        var names = ReadmeTable.Code(cell);
        var last = names[0].EndsWith(":n", StringComparison.Ordinal) ? names[0][..^2] : names[0];
        return names.Take(1).Concat(names.Skip(1).Select(name => $"{last[..last.LastIndexOf(':')]}:{name}"));
    }

    /// <summary>What the table itself says of a number: <c>1,024 to 1,048,576</c>.</summary>
    private static int[] BoundsOf(string key)
    {
        var text = ReadmeTable.Read(Chapter).Single(row => KeysOf(row[0]).Contains(key))[2];
        return Bounds().Match(text) is { Success: true } match
            ? [.. match.Groups.Values.Skip(1).Select(bound => int.Parse(bound.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))]
            : [];
    }

    [GeneratedRegex("^([0-9,]+) to ([0-9,]+)$")]
    private static partial Regex Bounds();
}
