using System.Reflection;
using ThunderStack.Webhooks.Emulator.Faults;
using ThunderStack.Webhooks.Emulator.Keys;

namespace ThunderStack.Webhooks.Emulator.Tests.Readme;

/// <summary>What the README says that there is to choose from.</summary>
public sealed class ReadmeTests
{
    private static readonly string[] Lines = File.ReadAllLines(
        typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Readme").Value!);

    [Fact]
    public void Readme_Faults_NamesEveryOne() =>
        NamesIn("Faults: ").Should().BeEquivalentTo(Enum.GetNames<WebhookFault>());

    [Fact]
    public void Readme_KeyAnswers_NamesEveryOne() =>
        NamesIn("Answers of the key endpoint: ").Should().BeEquivalentTo(Enum.GetNames<PublicKeyAnswer>());

    [Fact]
    public void Readme_Settings_NamesEveryOne()
    {
        var table = Lines.SkipWhile(line => !line.StartsWith("Section `Emulator`", StringComparison.Ordinal)).Skip(1)
            .SkipWhile(line => line.Length == 0).TakeWhile(line => line.StartsWith('|')).ToList();

        table.Should().NotBeEmpty();
        typeof(EmulatorOptions).GetProperties().Select(setting => setting.Name)
            .Should().OnlyContain(name => table.Any(line => line.StartsWith($"| `{name}`", StringComparison.Ordinal) || line.StartsWith($"| `{name}:", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> NamesIn(string start) =>
        Lines.Single(line => line.StartsWith(start, StringComparison.Ordinal)).Split('`').Where((_, index) => index % 2 == 1);
}
