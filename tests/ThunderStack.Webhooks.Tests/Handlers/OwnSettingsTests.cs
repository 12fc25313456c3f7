using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Tests.Keys;

namespace ThunderStack.Webhooks.Tests.Handlers;

/// <summary>A section of an application's own is bound, checked and known like the package's.</summary>
public sealed class OwnSettingsTests
{
    [Fact]
    public void It_is_bound_and_has_its_defaults()
    {
        using var services = Build(("Volume", "7"));

        var options = services.GetRequiredService<IOptions<BeepOptions>>().Value;

        (options.Volume, options.Gap).Should().Be((7, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Problems_are_told_by_their_keys_with_all_others()
    {
        using var services = Build(("Volume", "loud"), ("Gap", "5"));

        services.GetRequiredService<ConfigurationProblems>().Find(services).Should()
            .Contain("ThunderStack:Beeps:Volume is not a whole number. Example: 5.")
            .And.Contain(problem => problem.StartsWith("ThunderStack:Beeps:Gap is a number without a unit", StringComparison.Ordinal))
            .And.Contain(problem => problem.StartsWith("ThunderStack:Nodes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Misspelled_key_is_told_at_the_start_and_once_more_with_a_change_that_brings_another()
    {
        using var services = Build(("Volume", "7"), ("Volmue", "7"));
        var configuration = services.GetRequiredService<IConfiguration>();
        using var log = new LogCollector();
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(log));
        using var unknown = new UnknownKeys(
            configuration.GetSection("ThunderStack"), services.GetRequiredService<SettingsCatalog>(), logging.CreateLogger<UnknownKeys>());

        await unknown.StartAsync(TestContext.Current.CancellationToken);
        log.At(LogLevel.Warning).Should().Equal("ThunderStack:Beeps:Volmue is not a setting of this version and does nothing: is it spelled right?");

        configuration["ThunderStack:Beeps:Gpa"] = "00:00:02";
        ((IConfigurationRoot)configuration).Reload();
        log.At(LogLevel.Warning).Skip(1).Should().Equal("ThunderStack:Beeps:Gpa is not a setting of this version and does nothing: is it spelled right?");
    }

    private static ServiceProvider Build(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create($"ThunderStack:Beeps:{setting.Key}", (string?)setting.Value))).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddThunderStackWebhooksCore(configuration).AddSettings<BeepOptions>(
            [Setting.Number("Beeps:Volume", 5), Setting.Time("Beeps:Gap", "00:00:01")],
            (options, section) => section.GetSection("Beeps").Bind(options));
        return services.BuildServiceProvider();
    }

    private sealed class BeepOptions
    {
        public int Volume { get; set; } = 5;

        public TimeSpan Gap { get; set; } = TimeSpan.FromSeconds(1);
    }
}
