using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Receiver.Tests.Emulated;
using ThunderStack.Webhooks.Receiver.Tests.Hosting;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Deployment;

/// <summary><c>deploy/prometheus</c> and <c>deploy/grafana</c> are what Prometheus understands and the receiver exposes.</summary>
[Collection(nameof(OneReceiver))]
public sealed partial class MonitoringTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Deployment");
    private static readonly string Alerts = Path.Combine(Folder, "alerts.yaml");
    private static readonly string AlertTests = Path.Combine(Folder, "alerts.test.yaml");

    [Fact]
    public async Task Every_alert_fires_on_what_it_is_for_and_is_silent_on_healthy_data()
    {
        var (exitCode, output) = await Promtool.RunAsync("test", "rules", AlertTests);

        exitCode.Should().Be(0, output);
        (await Promtool.RunAsync("check", "rules", Alerts)).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Prometheus_understands_its_scrape_configurations()
    {
        const string Discovery = "kubernetes_sd_configs:\n      - role: pod";
        var kubernetes = await File.ReadAllTextAsync(Path.Combine(Folder, "kubernetes.yaml"), TestContext.Current.CancellationToken);
        using var folder = new TemporaryDirectory();
        File.Copy(Alerts, folder.File("alerts.yaml"));

        // Debian's Prometheus was built without the discovery of Kubernetes; the rest of the file is judged.
        kubernetes.Should().Contain(Discovery);
        await File.WriteAllTextAsync(
            folder.File("kubernetes.yaml"),
            kubernetes.Replace(Discovery, "static_configs:\n      - targets: [pod]", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        foreach (var file in (string[])[Path.Combine(Folder, "prometheus.yaml"), folder.File("kubernetes.yaml")])
        {
            var (exitCode, output) = await Promtool.RunAsync("check", "config", file);
            exitCode.Should().Be(0, output);
        }
    }

    [Fact]
    public void No_alert_is_left_out_of_the_tests()
    {
        var alerts = AlertName().Matches(File.ReadAllText(Alerts)).Select(match => match.Groups[1].Value).ToList();
        var tests = File.ReadAllText(AlertTests);

        alerts.Should().NotBeEmpty();
        foreach (var alert in alerts)
        {
            Regex.Count(tests, $@"alertname: {alert}, exp_alerts: \[\]").Should().BeGreaterThan(3, $"{alert} is silent on healthy data, and before its time");
            Regex.Count(tests, $@"alertname: {alert}\s+exp_alerts:\s+- exp_labels").Should().BeGreaterThan(0, $"{alert} fires");
        }
    }

    [Fact]
    public async Task Every_panel_asks_what_Prometheus_can_answer()
    {
        using var folder = new TemporaryDirectory();
        var file = folder.File("panels.yaml");
        var expressions = Expressions().ToList();
        await File.WriteAllTextAsync(
            file,
            "groups:\n  - name: panels\n    rules:\n" + string.Concat(expressions.Select((expression, number) =>
                $"      - record: panel_{number}\n        expr: '{expression.Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'\n")),
            TestContext.Current.CancellationToken);

        var (exitCode, output) = await Promtool.RunAsync("check", "rules", file);

        expressions.Should().HaveCountGreaterThan(20);
        exitCode.Should().Be(0, output);
    }

    [Fact]
    public async Task Every_metric_that_alerts_and_panels_ask_for_is_one_that_a_receiver_exposes()
    {
        var port = LoopbackPort.FindFree();
        await using var host = await EmulatedCloudHost.StartAsync(
            receiverSettings: new() { ["Management:Port"] = $"{port}", ["Nodes:0:Api:Url"] = "http://127.0.0.1:1", ["Cloud:ApiToken"] = "token" },
            logs: true);
        await host.UntilReadyAsync();
        await host.SendAsync();
        await host.HandledAsync(1);
        host.Receiver.Services.GetRequiredService<WebhookMetrics>().ConnectionClosed("idle");
        var wanted = MetricName().Matches(await File.ReadAllTextAsync(Alerts, TestContext.Current.CancellationToken) + string.Join('\n', Expressions()))
            .Select(match => match.Value).ToHashSet();
        wanted.Should().HaveCountGreaterThan(15);
        using var client = new HttpClient();
        HashSet<string> missing = [];

        try
        {
            await Eventually.TrueAsync(async () =>
            {
                var text = await client.GetStringAsync($"http://127.0.0.1:{port}/metrics", TestContext.Current.CancellationToken);
                missing = [.. wanted.Except(SeriesName().Matches(text).Select(match => match.Value))];
                return missing.Count == 0;
            });
        }
        catch (TimeoutException)
        {
            missing.Should().BeEmpty();
        }
    }

    private static IEnumerable<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "receivers.json")));
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(panel => panel.GetProperty("type").GetString() != "row"))
        {
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
            {
                yield return target.GetProperty("expr").GetString()!;
            }
        }
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"\b(thunderstack|dotnet|http|kestrel|process)_\w+")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"^\w+(?=[{ ])", RegexOptions.Multiline)]
    private static partial Regex SeriesName();
}
