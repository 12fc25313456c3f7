using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Receiver.Hosting;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Readme;

/// <summary>The settings that the documents show as JSON, against the receiver.</summary>
public sealed partial class SettingsExampleTests
{
    private const string Section = "ThunderStack";

    public static TheoryData<string> Examples => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Readme"), "*.md")
        .SelectMany(page => Json().Matches(File.ReadAllText(page))).Select(match => match.Groups["text"].Value)];

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task A_receiver_with_the_example_is_built_and_knows_each_of_its_keys(string example)
    {
        using var directory = new TemporaryDirectory();
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(example));
        var shown = new ConfigurationBuilder().AddJsonStream(text).Build();
        var settings = ReceiverHost.Settings(directory);
        foreach (var (key, value) in shown.AsEnumerable())
        {
            settings[key] = value;
        }

        await using var receiver = ReceiverHost.Build(settings);

        shown.GetSection(Section).GetChildren().Should().NotBeEmpty();
        receiver.Services.GetRequiredService<SettingsCatalog>().FindUnknownKeys(shown.GetSection(Section)).Should().BeEmpty();
    }

    [GeneratedRegex("^```json\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Json();
}
