using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Notify.Tests.Sending;

/// <summary>A URL or a token that gives access to a chat is written down nowhere.</summary>
public sealed class SecrecyTests
{
    [Theory]
    [InlineData("Slack")]
    [InlineData("Discord")]
    [InlineData("Teams")]
    [InlineData("Telegram")]
    public async Task A_secret_is_in_no_line_row_metric_or_activity(string type)
    {
        var written = new StringBuilder();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => !IsServers(source.Name),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => Write($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.SelectMany(e => e.Tags))}"),
        };
        ActivitySource.AddActivityListener(activities);
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (!IsServers(instrument.Meter.Name))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Write($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Write($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        meters.Start();
        await using var server = await Recorder.StartAsync();
        server.Answer = (n, context) => n switch
        {
            // Platforms that repeat what they were asked for.
            1 => Platform.AnswerAsync(context, 500, $$"""{"ok":false,"message":"{{context.Request.Path}}{{context.Request.QueryString}}","description":"bot123456:{{Platform.Secret}}"}"""),
            2 => Platform.AnswerAsync(context, 200, $"failed: no_service {context.Request.Path}{context.Request.QueryString}"),
            3 => AbortAsync(context),
            _ => Platform.AnswerAsync(context, 404, $"{context.Request.Path}"),
        };
        string folder;
        await using (var host = await NotifyHost.StartAsync(Platform.Settings(type, server)))
        {
            folder = host.Folder;
            var id = await host.AppendAsync("FAILED");
            await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "team"))?.State == DeliveryState.DeadLettered);

            var dead = await host.FindDeliveryAsync(id, "team");
            dead!.Error.Should().Contain("(secret)");
            host.Log.Lines.Should().HaveCountGreaterThan(4);
            string.Join('\n', host.Log.Lines).Should().NotContain(Platform.Secret);
            foreach (var file in Directory.GetFiles(folder))
            {
                if (await ReadAsync(file) is { } bytes)
                {
                    bytes.Should().NotContain(Platform.Secret);
                }
            }
        }

        server.Requests.Should().HaveCountGreaterThanOrEqualTo(4).And.OnlyContain(request => request.Path.Contains(Platform.Secret));
        lock (written)
        {
            written.ToString().Should().Contain("thunderstack.delivery.attempts").And.Contain("http.client.request.duration").And.NotContain(Platform.Secret);
        }

        void Write(string line)
        {
            lock (written)
            {
                written.AppendLine(line);
            }
        }

        // The stand-in's own server has to know its URLs.
        static bool IsServers(string name) => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal);
    }

    private static Task AbortAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static async Task<string?> ReadAsync(string file)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
