using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

public sealed class ProgramTests
{
    [Fact]
    public async Task The_program_takes_an_event_and_logs_as_its_own_settings_file_says()
    {
        await using var program = ReceiverProgram.Start();
        using var client = program.CreateClient();

        using var answer = await client.SendAsync(SignedDelivery.Valid().ToRequest(), TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        var loggers = program.Services.GetRequiredService<ILoggerFactory>();
        loggers.CreateLogger("ThunderStack.Webhooks").IsEnabled(LogLevel.Information).Should().BeTrue();
        loggers.CreateLogger("Microsoft.AspNetCore.Routing").IsEnabled(LogLevel.Information).Should().BeFalse("requests are not logged one by one");
        loggers.CreateLogger("Microsoft.Hosting.Lifetime").IsEnabled(LogLevel.Information).Should().BeTrue("it says where it listens");
    }
}
