using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Deployment;

/// <summary><c>deploy/kubernetes</c> agrees with itself, with the image, and with the receiver.</summary>
public sealed class KubernetesTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    private static Yaml Pod => DeployFiles.Object("Deployment")["spec"]["template"];

    private static Yaml Receiver => Pod["spec"]["containers"].Items.Single();

    [Fact]
    public async Task Receiver_runs_with_the_config_map_and_secret_and_answers_every_probe()
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        await using var database = await PostgreSqlCluster.StartAsync();
        using var folder = new TemporaryDirectory();

        // The keys of the secret are in the comment that says how to make it.
        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Deployment/kubernetes/receiver.yaml"), TestContext.Current.CancellationToken);
        var secrets = Regex.Matches(text, "--from-file=(?<name>[A-Za-z_.-]+)").Select(match => match.Groups["name"].Value).ToList();
        await using var receiver = await ReceiverProcess.StartAsync(Container.Settings(
            folder.Path, new Dictionary<string, string>(), DeployFiles.KubernetesConfiguration, secrets, database.ConnectionString));

        foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
        {
            var path = Receiver[probe]["httpGet"]["path"].Text;
            using var answer = await Http.GetAsync(new Uri(receiver.Address, path), TestContext.Current.CancellationToken);
            answer.StatusCode.Should().Be(HttpStatusCode.OK, $"{probe} asks {path}");
            PortNames.Should().Contain(Receiver[probe]["httpGet"]["port"].Text);
        }

        var ingress = DeployFiles.Object("Ingress")["spec"]["rules"].Items.Single()["http"]["paths"].Items.Single();
        var request = SignedDelivery.Valid().ForNode(Container.NodeId).At(TimeProvider.System.GetUtcNow())
            .ToRequest(new Uri(receiver.Address, ingress["path"].Text).ToString());
        using var accepted = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        accepted.StatusCode.Should().Be(HttpStatusCode.OK);
        (await TestPostgreSql.QueryAsync<long>(database.ConnectionString, "SELECT count(*) FROM thunderstack.events WHERE source = 0")).Should().Be(1);
    }

    [Fact]
    public void Every_selector_selects_the_receivers()
    {
        var labels = Pod["metadata"]["labels"].ToTexts();

        Selects(DeployFiles.Object("Deployment")["spec"]["selector"]["matchLabels"]);
        Selects(DeployFiles.Object("Service")["spec"]["selector"]);
        Selects(DeployFiles.Object("PodDisruptionBudget")["spec"]["selector"]["matchLabels"]);
        Selects(DeployFiles.Object("NetworkPolicy")["spec"]["podSelector"]["matchLabels"]);
        Selects(Pod["spec"]["topologySpreadConstraints"].Items.Single()["labelSelector"]["matchLabels"]);
        int.Parse(DeployFiles.Object("PodDisruptionBudget")["spec"]["minAvailable"].Text)
            .Should().BeLessThan(int.Parse(DeployFiles.Object("Deployment")["spec"]["replicas"].Text), "a node can be drained");

        void Selects(Yaml selector) => selector.ToTexts().Should().BeSubsetOf(labels).And.NotBeEmpty();
    }

    [Fact]
    public void Ports_names_and_the_user_are_those_of_the_image()
    {
        Receiver["ports"].Items.Select(port => $"EXPOSE {port["containerPort"].Text}").Should().BeEquivalentTo(
            DeployFiles.Dockerfile.Split('\n').Where(line => line.StartsWith("EXPOSE ", StringComparison.Ordinal)));
        Pod["spec"]["securityContext"]["runAsUser"].Text.Should().Be(DeployFiles.Instruction("USER"));
        Pod["spec"]["securityContext"]["fsGroup"].Text.Should().Be(DeployFiles.Instruction("USER"));
        var servicePort = DeployFiles.Object("Service")["spec"]["ports"].Items.Single();
        PortNames.Should().Contain(servicePort["targetPort"].Text);

        var backend = DeployFiles.Object("Ingress")["spec"]["rules"].Items.Single()["http"]["paths"].Items.Single()["backend"]["service"];
        backend["name"].Text.Should().Be(DeployFiles.Object("Service")["metadata"]["name"].Text);
        backend["port"]["name"].Text.Should().Be(servicePort["name"].Text);
        DeployFiles.Object("NetworkPolicy")["spec"]["ingress"].Items.Select(rule => rule["ports"].Items.Single()["port"].Text).Should().BeSubsetOf(PortNames);
        Pod["spec"]["volumes"].Items.Single(volume => volume["name"].Text == "config")["configMap"]["name"].Text
            .Should().Be(DeployFiles.Object("ConfigMap")["metadata"]["name"].Text);
    }

    [Fact]
    public void Traffic_that_the_receiver_has_is_let_through()
    {
        var policy = DeployFiles.Object("NetworkPolicy")["spec"];
        policy["egress"].Items.SelectMany(rule => rule["ports"].Items).Select(port => port["port"].Text).Should().BeEquivalentTo(
            ["53", "53", "5432", "6432", "443", "4317", "4318"], "names twice, PostgreSQL, PgBouncer, https, OpenTelemetry by gRPC and by HTTP");

        var controller = policy["ingress"].Items.Single(rule => rule["ports"].Items.Single()["port"].Text == "http")["from"].Items.Single()["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"].Text;
        controller.Should().Be($"ingress-{DeployFiles.Object("Ingress")["spec"]["ingressClassName"].Text}");
    }

    [Fact]
    public void The_management_port_is_for_Prometheus_and_no_service_or_ingress_leads_to_it()
    {
        var management = Receiver["ports"].Items.Single(port => port["name"].Text == "management")["containerPort"].Text;

        Pod["metadata"]["annotations"].ToTexts().Should().Contain("prometheus.io/port", management).And.Contain("prometheus.io/path", "/metrics");
        DeployFiles.Object("Service")["spec"]["ports"].Items.Single()["targetPort"].Text.Should().Be("http");
        DeployFiles.Object("Ingress")["spec"]["rules"].Items.Single()["http"]["paths"].Items.Single()["backend"]["service"]["port"]["name"].Text.Should().Be("http");
        DeployFiles.Object("NetworkPolicy")["spec"]["ingress"].Items.Single(rule => rule["ports"].Items.Single()["port"].Text == "management")["from"].Items
            .Should().ContainSingle("nobody but the namespace of Prometheus is let in");
    }

    [Theory]
    [InlineData("10.244.1.7")] // kubeadm with Flannel
    [InlineData("10.42.0.9")] // k3s
    [InlineData("192.168.77.3")] // Calico
    [InlineData("172.17.0.4")] // Docker Desktop
    [InlineData("fd00:10:244::7")]
    public void The_ingress_controller_is_believed_whatever_network_the_cluster_has(string address)
    {
        var networks = Configuration.GetSection("ThunderStack:Proxy:Networks").Get<string[]>()!.Select(System.Net.IPNetwork.Parse);

        networks.Should().Contain(network => network.Contains(IPAddress.Parse(address)));
    }

    [Fact]
    public void Root_is_read_only_and_what_is_mounted_is_declared()
    {
        Receiver["securityContext"]["readOnlyRootFilesystem"].Text.Should().Be("true");
        var mounts = Receiver["volumeMounts"].Items;
        mounts.Select(mount => mount["name"].Text).Should().BeEquivalentTo(Pod["spec"]["volumes"].Items.Select(volume => volume["name"].Text));
        mounts.Select(mount => mount["mountPath"].Text).Should().BeEquivalentTo("/config", DeployFiles.Secrets.TrimEnd('/'), "/tmp");
        Configuration["ThunderStack:PublicKey:Pinned:0"].Should().StartWith(DeployFiles.Secrets);
        Receiver["resources"]["requests"].Members.Keys.Should().BeEquivalentTo("cpu", "memory");
    }

    [Fact]
    public void A_pod_has_the_time_to_stop_that_a_receiver_takes()
    {
        // The host's own limit for stopping, and what the pod waits before it is asked to.
        var preStop = int.Parse(Receiver["lifecycle"]["preStop"]["sleep"]["seconds"].Text);
        int.Parse(Pod["spec"]["terminationGracePeriodSeconds"].Text).Should().BeGreaterThan(30 + preStop);
    }

    private static IConfiguration Configuration { get; } = new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(DeployFiles.KubernetesConfiguration))).Build();

    private static List<string> PortNames => [.. Receiver["ports"].Items.Select(port => port["name"].Text)];
}
