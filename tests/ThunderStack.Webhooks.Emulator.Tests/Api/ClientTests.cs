using System.Net;
using System.Security.Cryptography.X509Certificates;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;

namespace ThunderStack.Webhooks.Emulator.Tests.Api;

/// <summary>Every call of the cloud's API, by the typed client over real sockets, in both shapes of answer.</summary>
public sealed class ClientTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    public static TheoryData<string> Shapes => ["OpenApi", "Tests"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Create_list_get_and_settings(string shape)
    {
        await using var emulator = await StartAsync(shape);
        var nodes = emulator.Client.Nodes;

        var created = await nodes.CreateAsync(
            new NewCloudNode { Name = "mine", Network = CloudNetwork.Testnet, WebhookUrl = new Uri("http://127.0.0.1:1/hook") }, None);

        created.Status.Should().Be(CloudNodeStatus.Starting);
        var got = await nodes.GetAsync(created.NodeId, None);
        got.Should().BeEquivalentTo(created, options => options.Excluding(node => node.Builds));
        got.Name.Should().Be("mine");
        got.Network.Should().Be(CloudNetwork.Testnet);
        got.Initialized.Should().BeFalse();
        got.InvokeUrl.Should().StartWith("http://127.0.0.1:").And.EndWith($"/{created.NodeId}");
        got.Port.Should().NotBeNull();
        got.Protocol.Should().Be("http");
        got.PeerDns.Should().NotBeNull();
        got.PeerPort.Should().NotBeNull();
        got.AdditionalProperties.Should().BeNull("the client knows every documented member");
        var build = got.Builds.Should().ContainSingle().Which;
        build.Action.Should().Be("CREATE");
        build.BuildStatus.Should().Be(CloudBuildStatus.InProgress);
        build.AdditionalProperties.Should().BeNull();
        (await nodes.ListAsync(None)).Select(node => node.NodeId).Should().BeEquivalentTo("node-a", created.NodeId);

        (await nodes.SetWebhookUrlAsync(created.NodeId, new Uri("https://hook.example/b"), None)).Should().Contain("updated");
        (await nodes.GetAsync(created.NodeId, None)).Settings!.WebhookUrl.Should().Be("https://hook.example/b");
        await nodes.SetWebhookUrlAsync(created.NodeId, null, None);
        (await nodes.GetAsync(created.NodeId, None)).Settings!.WebhookUrl.Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Stop_start_upgrade_and_destroy(string shape)
    {
        await using var emulator = await StartAsync(shape);
        var nodes = emulator.Client.Nodes;

        await nodes.StopAsync("node-a", None);
        (await StatusAfterAStepAsync()).Should().Be(CloudNodeStatus.Paused);
        await nodes.StartAsync("node-a", None);
        (await StatusAfterAStepAsync()).Should().Be(CloudNodeStatus.Running);
        (await nodes.UpgradeAsync("node-a", None)).Should().Contain("upgrade");
        (await StatusAfterAStepAsync()).Should().Be(CloudNodeStatus.Running);
        (await nodes.DestroyAsync("node-a", None)).Should().Contain("destruction");
        (await nodes.GetAsync("node-a", None)).Status.Should().Be(CloudNodeStatus.Destroying);
        (await StatusAfterAStepAsync()).Should().Be(CloudNodeStatus.Destroyed);
        (await nodes.GetAsync("node-a", None)).Builds!.Select(build => (build.Action, build.BuildStatus, build.BuildComplete)).Should().Equal(
            ("STOP", CloudBuildStatus.Success, true), ("START", CloudBuildStatus.Success, true),
            ("UPGRADE", CloudBuildStatus.Success, true), ("DESTROY", CloudBuildStatus.Success, true));

        async Task<CloudNodeStatus?> StatusAfterAStepAsync()
        {
            emulator.Time.Advance(TimeSpan.FromSeconds(2));
            return (await nodes.GetAsync("node-a", None)).Status;
        }
    }

    [Fact]
    public async Task Image_logs_certificate_health_and_key()
    {
        await using var emulator = await StartAsync("OpenApi");
        var nodes = emulator.Client.Nodes;

        (await nodes.GetLatestImageAsync(None)).Should().NotBeEmpty();
        var task = await nodes.RequestLogsAsync("node-a", None);
        var url = (await nodes.GetLogUrlsAsync("node-a", task, None)).Should().ContainSingle().Which;
        (await emulator.Http.GetStringAsync(url, None)).Should().Contain("node-a");
        (await nodes.GetHealthAsync("node-a", None)).Should().Be("""{"status":"ok"}""");
        (await emulator.Client.GetWebhookPublicKeyAsync(None)).Should().StartWith("-----BEGIN PUBLIC KEY-----");

        var certificate = await nodes.GenerateCertificateAsync("node-a", None);
        using var own = X509Certificate2.CreateFromPem(certificate.Certificate!, certificate.PrivateKey!);
        using var authority = X509Certificate2.CreateFromPem(certificate.Chain!);
        own.HasPrivateKey.Should().BeTrue();
        own.Issuer.Should().Be(authority.Subject);
        certificate.PublicKey.Should().StartWith("-----BEGIN PUBLIC KEY-----");
    }

    [Fact]
    public async Task What_is_not_there_or_not_valid_is_refused_with_a_message()
    {
        await using var emulator = await StartAsync("OpenApi");
        var nodes = emulator.Client.Nodes;

        await RefusedAsync(() => nodes.GetAsync("nobody", None), HttpStatusCode.NotFound, "Node not found");
        await RefusedAsync(() => nodes.StartAsync("nobody", None), HttpStatusCode.NotFound, "Node not found");
        await RefusedAsync(() => nodes.StopAsync("nobody", None), HttpStatusCode.NotFound, "Node not found");
        await RefusedAsync(() => nodes.DestroyAsync("nobody", None), HttpStatusCode.BadRequest, "Node not found");
        await RefusedAsync(() => nodes.SetWebhookUrlAsync("nobody", null, None), HttpStatusCode.BadRequest, "Node not found");
        await RefusedAsync(() => nodes.GetLogUrlsAsync("node-a", "no-task", None), HttpStatusCode.BadRequest, "taskId");
        await RefusedAsync(() => nodes.StartAsync("node-a", None), HttpStatusCode.BadRequest, "paused");
        await RefusedAsync(
            () => nodes.CreateAsync(new NewCloudNode { Name = "a", Network = new("moon") }, None), HttpStatusCode.BadRequest, "network must be one of");
        await RefusedAsync(
            () => nodes.UpdateSettingsAsync("node-a", new CloudNodeSettings { WebhookUrl = "hook" }, None), HttpStatusCode.BadRequest, "webhookUrl");
    }

    [Fact]
    public async Task Without_the_token_every_call_is_401_and_says_what_to_do()
    {
        await using var emulator = await RunningEmulator.StartAsync(("ApiToken", "another"), ("Nodes:0:NodeId", "node-a"));
        var nodes = emulator.Client.Nodes;

        foreach (var call in (Func<Task>[])[
            () => nodes.ListAsync(None), () => nodes.GetAsync("node-a", None), () => nodes.StartAsync("node-a", None),
            () => nodes.CreateAsync(new NewCloudNode { Name = "a", Network = CloudNetwork.Regtest }, None),
            () => nodes.DestroyAsync("node-a", None), () => nodes.RequestLogsAsync("node-a", None),
            () => nodes.GenerateCertificateAsync("node-a", None), () => emulator.Client.GetWebhookPublicKeyAsync(None)])
        {
            await RefusedAsync(call, HttpStatusCode.Unauthorized, "make a new one in the web UI");
        }
    }

    private static Task<RunningEmulator> StartAsync(string shape) => RunningEmulator.StartAsync(
        ("ApiToken", RunningEmulator.Token), ("AnswerShape", shape), ("Nodes:0:NodeId", "node-a"));

    private static async Task RefusedAsync(Func<Task> call, HttpStatusCode status, string message)
    {
        var failure = (await call.Should().ThrowExactlyAsync<ThunderStackCloudException>()).Which;
        failure.StatusCode.Should().Be(status);
        failure.Message.Should().Contain(message).And.NotContain(RunningEmulator.Token);
    }
}
