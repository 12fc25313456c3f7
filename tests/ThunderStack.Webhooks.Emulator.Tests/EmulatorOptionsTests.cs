using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Emulator.Tests;

public sealed class EmulatorOptionsTests
{
    [Fact]
    public async Task Every_problem_of_the_configuration_is_told_at_once_at_start()
    {
        var start = () => RunningEmulator.StartAsync(
            ("WebhookUrl", "localhost"),
            ("Interval", "-00:00:01"),
            ("Timeout", "00:00:00"),
            ("ApiToken", " "),
            ("Nodes:0:WebhookUrl", "x"),
            ("Nodes:1:NodeId", "a"),
            ("Nodes:2:NodeId", "a"));

        var problem = (await start.Should().ThrowAsync<OptionsValidationException>()).Which;

        problem.Failures.Should().HaveCount(7);
        problem.Failures.Should().Contain(failure => failure.StartsWith("Emulator:WebhookUrl is 'localhost'"));
        problem.Failures.Should().Contain(failure => failure.StartsWith("Emulator:Interval is -00:00:01"));
        problem.Failures.Should().Contain(failure => failure.StartsWith("Emulator:Timeout is 00:00:00"));
        problem.Failures.Should().Contain(failure => failure.StartsWith("Emulator:ApiToken is empty"));
        problem.Failures.Should().Contain(failure => failure.StartsWith("Emulator:Nodes:0:NodeId is missing"));
        problem.Failures.Should().Contain(failure => failure.StartsWith("Emulator:Nodes:0:WebhookUrl is 'x'"));
        problem.Failures.Should().Contain(failure => failure.StartsWith("Emulator:Nodes:2:NodeId is 'a'"));
    }

    [Fact]
    public async Task An_interval_needs_a_node_and_somewhere_to_send_to()
    {
        var withoutNode = () => RunningEmulator.StartAsync(("Interval", "00:00:01"));
        var withoutUrl = () => RunningEmulator.StartAsync(("Interval", "00:00:01"), ("Nodes:0:NodeId", "a"));

        (await withoutNode.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*Emulator:Nodes:0:NodeId*");
        (await withoutUrl.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*nowhere to send*");
    }
}
