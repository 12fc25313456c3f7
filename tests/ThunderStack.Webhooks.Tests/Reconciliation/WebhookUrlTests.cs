using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Reconciliation;
using ThunderStack.Webhooks.Tests.Dispatch;

namespace ThunderStack.Webhooks.Tests.Reconciliation;

/// <summary>A node in the cloud that posts its events elsewhere is told of, or set back.</summary>
public sealed class WebhookUrlTests : IAsyncLifetime
{
    private const string Node = "node-a";
    private const string PublicUrl = "https://hooks.example.com/webhooks/thunderstack";

    private RunningCloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await RunningCloud.StartAsync(Node);

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Theory]
    [InlineData(PublicUrl)]
    [InlineData($"{PublicUrl}/{Node}")]
    public async Task A_node_that_posts_here_is_fine(string url)
    {
        await using var host = await StartAsync();
        await _cloud.SetWebhookUrlAsync(Node, url);

        await SweepAsync(host);

        ReasonOf(host).Should().BeNull();
    }

    [Theory]
    [InlineData("https://old.example.com/webhooks/thunderstack")]
    [InlineData($"{PublicUrl}/node-b")]
    [InlineData("")]
    public async Task A_node_that_posts_elsewhere_is_named_until_it_is_set_back(string url)
    {
        await using var host = await StartAsync();
        await _cloud.SetWebhookUrlAsync(Node, url);

        await SweepAsync(host);
        ReasonOf(host).Should().Contain(Node);
        (await _cloud.WebhookUrlAsync(Node) ?? "").Should().Be(url, "nobody has asked for a repair");

        await _cloud.SetWebhookUrlAsync(Node, PublicUrl);
        await SweepAsync(host);
        ReasonOf(host).Should().BeNull();
    }

    [Fact]
    public async Task A_node_that_posts_elsewhere_needs_somebody_until_it_is_set_back()
    {
        await using var host = await StartAsync();
        await _cloud.SetWebhookUrlAsync(Node, "https://old.example.com/");
        await SweepAsync(host);
        await host.AdvanceUntilAsync(async () => (await OpenAsync(host)).SequenceEqual([(ConditionKind.WebhookUrlDrifted, Node)]));

        await _cloud.SetWebhookUrlAsync(Node, PublicUrl);
        await SweepAsync(host);
        await host.AdvanceUntilAsync(async () => (await OpenAsync(host)).Count == 0);
    }

    [Fact]
    public async Task A_node_that_the_cloud_does_not_list_needs_somebody()
    {
        await using var host = await StartAsync(("Nodes:1:NodeId", "node-z"));
        await _cloud.SetWebhookUrlAsync(Node, PublicUrl);

        await SweepAsync(host);

        await host.AdvanceUntilAsync(async () => (await OpenAsync(host)).SequenceEqual([(ConditionKind.NodeMissing, "node-z")]));
    }

    [Fact]
    public async Task With_repair_it_is_set_back()
    {
        await using var host = await StartAsync(("Cloud:RepairWebhookUrl", "true"));
        await _cloud.SetWebhookUrlAsync(Node, "https://old.example.com/");

        await SweepAsync(host);

        (await _cloud.WebhookUrlAsync(Node)).Should().Be(PublicUrl);
        ReasonOf(host).Should().BeNull();
    }

    [Fact]
    public async Task Without_a_public_url_nothing_is_compared()
    {
        await using var host = await StartAsync(("Webhook:PublicUrl", null));
        await _cloud.SetWebhookUrlAsync(Node, "https://old.example.com/");

        await SweepAsync(host);

        ReasonOf(host).Should().BeNull();
    }

    [Theory]
    [InlineData("Cloud:RepairWebhookUrl", "true", "PublicUrl")]
    [InlineData("Webhook:PublicUrl", "http://hooks.example.com/", "https")]
    [InlineData("Reconciliation:Interval", "00:00:01", "Interval")]
    [InlineData("Reconciliation:SettlingTime", "-00:00:01", "SettlingTime")]
    public async Task A_setting_that_cannot_be_used_is_refused_at_start(string key, string value, string message)
    {
        var start = () => StartAsync(("Webhook:PublicUrl", null), (key, value));

        (await start.Should().ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>()).WithMessage($"*{message}*");
    }

    private static string? ReasonOf(DispatchHost host) => host.Services.GetRequiredService<ReconciliationHealth>().Reason;

    private static async Task<List<(ConditionKind Kind, string Subject)>> OpenAsync(DispatchHost host) =>
        [.. (await host.Administration.ListConditionsAsync(closed: false, TestContext.Current.CancellationToken)).Select(condition => (condition.Kind, condition.Subject))];

    private static Task SweepAsync(DispatchHost host) => host.Services.GetRequiredService<CloudSweep>().RunAsync(TestContext.Current.CancellationToken);

    private Task<DispatchHost> StartAsync(params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["ThunderStack:Cloud:BaseAddress"] = _cloud.Address,
            ["ThunderStack:Webhook:PublicUrl"] = PublicUrl,
        };
        foreach (var (key, value) in settings)
        {
            all[$"ThunderStack:{key}"] = value;
        }

        return DispatchHost.StartAsync(builder => builder.AddReconciliation(), all);
    }
}
