using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.AspNetCore.Endpoint;
using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Endpoint;

public sealed class RefusalLogTests
{
    [Theory]
    [InlineData(IntakeOutcome.InvalidSignature)]
    [InlineData(IntakeOutcome.Unavailable)]
    public void One_line_a_second_says_how_many_were_left_out_since_the_last_one(IntakeOutcome outcome)
    {
        var time = new FakeTimeProvider();
        using var recorded = new Recorded();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(recorded));
        var log = new RefusalLog(new RecentRefusals(time), time, factory.CreateLogger<RefusalLog>());
        var result = outcome == IntakeOutcome.Unavailable ? IntakeResult.Unavailable("Why.", TimeSpan.FromSeconds(1)) : IntakeResult.Refused(outcome, "Why.");

        Write(5);
        time.Advance(TimeSpan.FromSeconds(1));
        Write(2);
        time.Advance(TimeSpan.FromSeconds(1));
        Write(1);
        time.Advance(TimeSpan.FromSeconds(1));
        Write(1);

        recorded.Lines.Select(line => line[(line.IndexOf("Why.", StringComparison.Ordinal) + 4)..])
            .Should().Equal("", " (4 more like it since the last line)", " (1 more like it since the last line)", "");

        void Write(int times)
        {
            for (var i = 0; i < times; i++)
            {
                log.Write(result, IPAddress.Loopback);
            }
        }
    }
}
