using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

public sealed partial class LogTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly LogSink _log = new();

    [Fact]
    public async Task Nothing_secret_is_logged_at_any_level()
    {
        const string token = "token-Zx81-secret";
        var bodyMarker = $"MARKER_{Guid.NewGuid():N}";
        await using var recorder = await Recorder.StartAsync();
        var delivery = SignedDelivery.Valid().WithBody($$"""{"eventType":"X","nodeId":"node-a","text":"{{bodyMarker}}"}""");
        await using (var receiver = await ReceiverHost.StartAsync(
            new Dictionary<string, string?>
            {
                ["ThunderStack:Cloud:ApiToken"] = token,
                ["ThunderStack:Cloud:BaseAddress"] = "http://127.0.0.1:1",
                ["ThunderStack:PublicKey:AlsoFetch"] = "true",
                ["ThunderStack:Handlers:ops:Type"] = "Forward",
                ["ThunderStack:Handlers:ops:Url"] = $"{recorder.Address}/path-secret",
                ["ThunderStack:Handlers:ops:Secret"] = Secret,
                ["Logging:LogLevel:Default"] = "Trace",
            },
            Capture))
        {
            (await receiver.SendAsync(delivery)).EnsureSuccessStatusCode();
            await receiver.SendAsync(delivery.WithTamperedBody());
            await receiver.SendAsync(SignedDelivery.Valid().ForNode("nowhere"));
            await Eventually.TrueAsync(() => !recorder.Requests.IsEmpty);
        }

        _log.Lines.Should().NotBeEmpty();
        var log = string.Join('\n', _log.Lines);
        log.Should().NotContain(token).And.NotContain(Secret).And.NotContain("path-secret").And.NotContain(bodyMarker)
            .And.NotContain(delivery.Signature!).And.NotContain("Data Source=").And.NotContain("BEGIN PUBLIC KEY");
    }

    [Fact]
    public async Task A_handler_is_announced_once()
    {
        await using (await ReceiverHost.StartAsync(
            new Dictionary<string, string?> { ["ThunderStack:Handlers:ops:Type"] = "Log", ["Logging:LogLevel:Default"] = "Information" }, Capture))
        {
            await Eventually.TrueAsync(() => _log.Lines.Any(line => line.Contains("Handler ops", StringComparison.Ordinal)));
        }

        _log.Lines.Should().ContainSingle(line => line.Contains("Handler ops takes part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_forwarded_address_is_believed_from_a_configured_proxy_only()
    {
        await using (var receiver = await ReceiverHost.StartAsync(configure: Capture))
        {
            await SendForgedAsync(receiver, "203.0.113.7");
        }

        _log.Lines.Should().Contain(line => line.Contains("Refused a webhook from 127.0.0.1", StringComparison.Ordinal));

        await using (var receiver = await ReceiverHost.StartAsync(
            new Dictionary<string, string?> { ["ThunderStack:Proxy:Networks:0"] = "127.0.0.0/8", ["Logging:LogLevel:Default"] = "Information" }, Capture))
        {
            await SendForgedAsync(receiver, "203.0.113.8");
        }

        _log.Lines.Should().Contain(line => line.Contains("Refused a webhook from 203.0.113.8", StringComparison.Ordinal))
            .And.NotContain(line => line.Contains("203.0.113.7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flood_of_forgeries_is_a_line_and_a_count()
    {
        await using (var receiver = await ReceiverHost.StartAsync(configure: Capture))
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => receiver.SendAsync(SignedDelivery.Valid().WithoutSignature())));
        }

        _log.Lines.Count(line => line.Contains("Refused a webhook", StringComparison.Ordinal)).Should().BeInRange(1, 25);
    }

    [Fact]
    public async Task Who_configures_more_of_management_than_its_port_is_told_that_there_is_no_more()
    {
        await using (await ReceiverHost.StartAsync(new() { ["ThunderStack:Management:ApiKey"] = "k3y" }, Capture))
        {
        }

        _log.Lines.Should().ContainSingle(line => line.Contains("ThunderStack:Management:ApiKey is not a setting", StringComparison.Ordinal));
    }

    [Fact]
    public void No_message_has_a_parameter_that_loggers_set_themselves()
    {
        // They are properties of every line: one of the same name in a message is overwritten.
        string[] taken = ["EventId", "SourceContext", "RequestId", "RequestPath", "ConnectionId", "TraceId", "SpanId", "ParentId"];

        var messages = Directory.GetFiles(AppContext.BaseDirectory, "ThunderStack.*.dll")
            .SelectMany(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)).GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.Message)
            .OfType<string>()
            .ToList();

        messages.Should().HaveCountGreaterThan(50);
        messages.Where(message => Parameter().Matches(message).Any(match => taken.Contains(match.Groups["name"].Value))).Should().BeEmpty();
    }

    private static Task<HttpResponseMessage> SendForgedAsync(ReceiverHost receiver, string forwardedFor)
    {
        var request = SignedDelivery.Valid().WithoutSignature().ToRequest();
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        return receiver.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private void Capture(WebApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection([new("Logging:LogLevel:Default", builder.Configuration["Logging:LogLevel:Default"] is "None" or null ? "Information" : builder.Configuration["Logging:LogLevel:Default"])]);
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(_log);
    }

    [GeneratedRegex(@"\{(?<name>\w+)")]
    private static partial Regex Parameter();
}
