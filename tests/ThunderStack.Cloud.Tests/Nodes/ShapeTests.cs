using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using ThunderStack.Cloud.Nodes;

namespace ThunderStack.Cloud.Tests.Nodes;

/// <summary>Every shape of answer that one of the vendor's sources shows, and what a client must survive.</summary>
public sealed class ShapeTests
{
    private const string Node =
        """
        {"nodeId":"n-1","name":"mine","network":"regtest","status":"RUNNING","initialized":true,"invoke_url":"https://n-1.example/","port":3001,
         "protocol":"https","peerDNS":"peer.example","peerPort":9735,"settings":{"webhookUrl":"https://hook.example/a"},
         "builds":[{"id":"b-1","action":"CREATE","buildNumber":7,"buildStatus":"SUCCESS","buildComplete":true,"currentPhase":"COMPLETED","timestamp":"2024-11-06T12:00:00Z"}]}
        """;

    private const string Future =
        """{"nodeId":"n-1","status":"HIBERNATING","network":"signet2","region":{"name":"eu","zones":[1,2]},"settings":{"webhookUrl":"https://h/","retries":3},"builds":[{"id":"b","buildStatus":"SKIPPED","timestamp":1730894400,"who":"x"}],"flag":null}""";

    private static readonly JsonSerializerOptions WithoutNulls = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Node)]
    [InlineData($$$"""{"data":{{{Node}}}}""")]
    [InlineData($$$"""{"data":{"node":{{{Node}}}}}""")]
    [InlineData($$$"""{"node":{{{Node}}}}""")]
    public async Task GetAsync_EveryShape_ReadsEveryField(string answer)
    {
        await using var cloud = await CannedCloud.AnsweringAsync(answer);

        var node = await cloud.Client.Nodes.GetAsync("n-1", None);

        node.NodeId.Should().Be("n-1");
        node.Name.Should().Be("mine");
        node.Network.Should().Be(CloudNetwork.Regtest);
        node.Status.Should().Be(CloudNodeStatus.Running);
        node.Initialized.Should().BeTrue();
        node.InvokeUrl.Should().Be("https://n-1.example/");
        node.Port.Should().Be(3001);
        node.Protocol.Should().Be("https");
        node.PeerDns.Should().Be("peer.example");
        node.PeerPort.Should().Be(9735);
        node.Settings!.WebhookUrl.Should().Be("https://hook.example/a");
        var build = node.Builds.Should().ContainSingle().Which;
        build.Id.Should().Be("b-1");
        build.Action.Should().Be("CREATE");
        build.BuildNumber.Should().Be(7);
        build.BuildStatus.Should().Be(CloudBuildStatus.Success);
        build.BuildComplete.Should().BeTrue();
        build.CurrentPhase.Should().Be("COMPLETED");
        build.Timestamp!.Value.GetString().Should().Be("2024-11-06T12:00:00Z");
        cloud.Requests.Should().Equal(new CloudRequest("GET /api/nodes/n-1", "", $"Bearer {CannedCloud.Token}"));
    }

    [Theory]
    [InlineData($$$"""{"data":{{{Node}}},"message":"Node created"}""")]
    [InlineData($$$"""{"data":{"node":{{{Node}}}}}""")]
    public async Task CreateAsync_EveryShape_ReturnsTheNode(string answer)
    {
        await using var cloud = await CannedCloud.AnsweringAsync(answer);

        var node = await cloud.Client.Nodes.CreateAsync(
            new NewCloudNode { Name = "mine", Network = CloudNetwork.Regtest, WebhookUrl = new Uri("https://hook.example/a") }, None);

        node.NodeId.Should().Be("n-1");
        var request = cloud.Requests.Should().ContainSingle().Which;
        request.What.Should().Be("POST /api/nodes");
        request.Body.Should().Be("""{"name":"mine","network":"regtest","settings":{"webhookUrl":"https://hook.example/a"}}""");
    }

    [Theory]
    [InlineData($$$"""{"nodes":[{{{Node}}},{"nodeId":"n-2"}]}""")]
    [InlineData($$$"""{"data":{"nodes":[{{{Node}}},{"nodeId":"n-2"}]}}""")]
    [InlineData($$$"""{"data":[{{{Node}}},{"nodeId":"n-2"}]}""")]
    public async Task ListAsync_EveryShape_ReturnsTheNodes(string answer)
    {
        await using var cloud = await CannedCloud.AnsweringAsync(answer);

        (await cloud.Client.Nodes.ListAsync(None)).Select(node => node.NodeId).Should().Equal("n-1", "n-2");
    }

    [Fact]
    public async Task Unknown_fields_and_values_survive_a_round_trip()
    {
        await using var cloud = await CannedCloud.AnsweringAsync($$"""{"nodes":[{{Future}}]}""");

        var node = (await cloud.Client.Nodes.ListAsync(None)).Single();

        node.Status.Should().Be(new CloudNodeStatus("HIBERNATING"));
        node.Network.Should().Be(new CloudNetwork("signet2"));
        node.Builds!.Single().BuildStatus.Should().Be(new CloudBuildStatus("SKIPPED"));
        var written = JsonSerializer.SerializeToElement(node, WithoutNulls);
        JsonElement.DeepEquals(written, JsonSerializer.Deserialize<JsonElement>(Future)).Should().BeTrue("it was {0}", written);
    }

    [Fact]
    public async Task A_port_as_text_and_members_that_are_null_are_read()
    {
        await using var cloud = await CannedCloud.AnsweringAsync("""{"nodeId":"n-1","port":"3001","status":null,"settings":null,"builds":null}""");

        var node = await cloud.Client.Nodes.GetAsync("n-1", None);

        node.Port.Should().Be(3001);
        node.Status.Should().BeNull();
    }

    [Fact]
    public async Task GetAsync_AnyIdIsOneSegmentOfThePath()
    {
        await using var cloud = await CannedCloud.AnsweringAsync(Node);

        await cloud.Client.Nodes.GetAsync("../a b/c?d#e%2f", None);

        cloud.Requests.Single().What.Should().StartWith("GET /api/nodes/..%2F").And.NotContain("?");
        await FluentActions.Awaiting(() => cloud.Client.Nodes.GetAsync("..", None)).Should().ThrowAsync<ArgumentException>();
        await FluentActions.Awaiting(() => cloud.Client.Nodes.GetAsync("", None)).Should().ThrowAsync<ArgumentException>();
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("", null)]
    [InlineData("""{"message":"Node is starting"}""", "Node is starting")]
    [InlineData("""{"message":{"text":"odd"}}""", null)]
    public async Task StartAsync_EveryShape_ReturnsTheMessageIfThereIsOne(string answer, string? message)
    {
        await using var cloud = await CannedCloud.AnsweringAsync(answer);

        (await cloud.Client.Nodes.StartAsync("n-1", None)).Should().Be(message);
    }

    [Theory]
    [InlineData("""{"certificate":"C","certificateChain":"H","privateKey":"V","publicKey":"P"}""")]
    [InlineData("""{"data":{"Certificate":"C","CertificateChain":"H","PrivateKey":"V","PublicKey":"P"}}""")]
    [InlineData("""{"chain":"H","cert":"C","key":"V","public":"P","extra":7}""")]
    public async Task GenerateCertificateAsync_WhateverTheMembersAreCalled_FindsThePartsAndShowsNone(string answer)
    {
        answer = answer.Replace("\"C\"", "\"-----BEGIN CERTIFICATE-----\\nc\"").Replace("\"H\"", "\"-----BEGIN CERTIFICATE-----\\nh\"")
            .Replace("\"V\"", "\"-----BEGIN RSA PRIVATE KEY-----\\nv\"").Replace("\"P\"", "\"-----BEGIN PUBLIC KEY-----\\np\"");
        await using var cloud = await CannedCloud.AnsweringAsync(answer);

        var certificate = await cloud.Client.Nodes.GenerateCertificateAsync("n-1", None);

        certificate.Certificate.Should().EndWith("\nc");
        certificate.Chain.Should().EndWith("\nh");
        certificate.PrivateKey.Should().EndWith("\nv");
        certificate.PublicKey.Should().EndWith("\np");
        certificate.ToString().Should().Be("CloudNodeCertificate (certificate, chain, private key, public key)");
    }

    [Theory]
    [InlineData("""{"data":["https://a.example/1?s=x","https://a.example/2"]}""", 2)]
    [InlineData("""{"data":[]}""", 0)]
    [InlineData("""{"data":null}""", 0)]
    public async Task GetLogUrlsAsync_ReturnsWhatThereIs(string answer, int count)
    {
        await using var cloud = await CannedCloud.AnsweringAsync(answer);

        (await cloud.Client.Nodes.GetLogUrlsAsync("n-1", "a&b", None)).Should().HaveCount(count);

        cloud.Requests.Single().What.Should().Be("GET /api/nodes/n-1/logs?taskId=a%26b");
    }

    [Theory]
    [InlineData("", "*answered nothing instead of a node*")]
    [InlineData("<!doctype html><p>Log in</p>", "*answered HTML instead of a node*BaseAddress*")]
    [InlineData("[]", "*other JSON instead of a node*")]
    [InlineData("""{"data":{"nodes":[]}}""", "*other JSON instead of a node*")]
    [InlineData("""{"nodeId":7}""", "*other JSON instead of a node*")]
    [InlineData("""{"nodeId":"n","port":"many"}""", "*something else at $.port instead of a node*")]
    [InlineData("""{"nodeId":"n","status":{}}""", "*something else at $.status instead of a node*")]
    [InlineData("""{"nodeId":"n" """, "*cannot be read*")]
    [InlineData("""{"nodeId":"\ud800"}""", "*something else at $.nodeId*")]
    public async Task GetAsync_AnswerWithoutNode_SaysWhatItIs(string answer, string message)
    {
        await using var cloud = await CannedCloud.AnsweringAsync(answer);

        var failure = await CannedCloud.FailAsync(() => cloud.Client.Nodes.GetAsync("n-1", None));

        failure.Message.Should().StartWith("GET /api/nodes/n-1: ").And.Match(message);
        failure.StatusCode.Should().Be(HttpStatusCode.OK);
    }
}
