using System.Net;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Deployment;

/// <summary><c>deploy/compose.yaml</c>, <c>deploy/Caddyfile</c> and the image say the same, and the receiver understands it.</summary>
public sealed class ComposeTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task Receivers_run_with_exactly_the_environment_of_the_file()
    {
        await using var database = await ComposeDatabase.StartAsync();

        DeployFiles.Receivers.Should().HaveCount(2);
        foreach (var (name, service) in DeployFiles.Receivers)
        {
            using var folder = new TemporaryDirectory();
            await using var receiver = await ReceiverProcess.StartAsync(SettingsOf(service, folder.Path, database.ConnectionString));

            var delivery = SignedDelivery.Valid().ForNode(Container.NodeId).WithStatus("RUNNING").At(TimeProvider.System.GetUtcNow());
            using var answer = await Http.SendAsync(
                delivery.ToRequest(receiver.WebhookUrl.ToString()), TestContext.Current.CancellationToken);
            answer.StatusCode.Should().Be(HttpStatusCode.OK, name);
            receiver.Output.Should().NotContain("is not a setting", "every key of the file is one that is read");
            File.Exists(folder.File("data/inbox.db")).Should().BeFalse("the secret outweighs what the image says of SQLite");
        }

        (await TestPostgreSql.QueryAsync<long>(database.ConnectionString, "SELECT count(*) FROM thunderstack.events WHERE source = 0")).Should().Be(2);
        (await TestPostgreSql.QueryAsync<bool>(
            database.ConnectionString, "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = current_user"))
            .Should().BeFalse("the receivers' role may create their schema and nothing else");
    }

    [Fact]
    public void No_container_fills_the_disk_with_its_log_or_takes_all_memory()
    {
        foreach (var (name, service) in DeployFiles.Compose["services"].Members)
        {
            service["logging"]["options"].Members.Keys.Should().BeEquivalentTo(["max-size", "max-file"], name);
            service["mem_limit"].Text.Should().MatchRegex("^[0-9]+[mg]$", name);
        }
    }

    [Fact]
    public void The_management_port_is_reached_from_the_machine_itself_and_by_Prometheus()
    {
        var published = DeployFiles.Receivers.Values.SelectMany(service => service["ports"].Items).Select(port => port.Text).ToList();
        var prometheus = DeployFiles.Compose["services"]["prometheus"];
        var targets = Yaml.Load(Path.Combine(AppContext.BaseDirectory, "Deployment", "prometheus", "prometheus.yaml")).Single()["scrape_configs"].Items.Single()["static_configs"]
            .Items.Single()["targets"].Items.Select(target => target.Text);

        published.Should().HaveCount(2).And.OnlyHaveUniqueItems().And.OnlyContain(port => port.StartsWith("127.0.0.1:") && port.EndsWith(":8081"));
        targets.Should().BeEquivalentTo(DeployFiles.Receivers.Keys.Select(name => $"{name}:8081"));
        prometheus["ports"].Items.Should().OnlyContain(port => port.Text.StartsWith("127.0.0.1:"));
        prometheus["command"].Items[0].Text.Should().EndWith("/prometheus.yaml");
        File.ReadAllText(DeployFiles.Caddyfile).Should().NotContain("8081");
    }

    [Fact]
    public void Secrets_are_declared_and_mounted_where_they_are_read()
    {
        var declared = DeployFiles.Compose["secrets"].Members;
        foreach (var service in DeployFiles.Receivers.Values)
        {
            service["volumes"].Items.Single().Text.Should().Be("./config:/config:ro", "the whole folder: an editor replaces a file");
            var targets = service["secrets"].Items.Select(secret => secret["target"].Text).ToList();
            service["secrets"].Items.Select(secret => secret["source"].Text).Should().BeSubsetOf(declared.Keys);
            service["environment"].ToTexts().Values.Where(value => value.StartsWith(DeployFiles.Secrets, StringComparison.Ordinal))
                .Select(value => value[DeployFiles.Secrets.Length..]).Should().BeSubsetOf(targets);
        }

        var postgres = DeployFiles.Compose["services"]["postgres"];
        postgres["secrets"].Items.Select(secret => secret.Text).Should().BeSubsetOf(declared.Keys);
        postgres["environment"]["POSTGRES_PASSWORD_FILE"].Text.Should().Be(DeployFiles.Secrets + "postgres-password");
        var instructions = string.Join('\n', DeployFiles.ComposeText.Split('\n').TakeWhile(line => line.StartsWith('#')));
        instructions.Should().ContainAll(declared.Values.Select(secret => secret["file"].Text["./".Length..]));
    }

    [Fact]
    public void Proxy_asks_each_receiver_at_the_port_of_the_image()
    {
        var proxied = File.ReadLines(DeployFiles.Caddyfile).Select(line => line.Trim())
            .Single(line => line.StartsWith("reverse_proxy ", StringComparison.Ordinal)).Split(' ')[1..^1];

        proxied.Should().BeEquivalentTo(DeployFiles.Receivers.Keys.Select(name => $"{name}:{DeployFiles.Instruction("EXPOSE")}"));
        DeployFiles.ImageEnvironment["ASPNETCORE_HTTP_PORTS"].Should().Be(DeployFiles.Instruction("EXPOSE"));
        var proxy = DeployFiles.Compose["services"]["proxy"];
        proxy["depends_on"].Items.Select(item => item.Text).Should().BeEquivalentTo(DeployFiles.Receivers.Keys);
        var volumes = DeployFiles.Compose["volumes"].Members.Keys;
        foreach (var volume in new[] { proxy, DeployFiles.Compose["services"]["postgres"] }.SelectMany(service => service["volumes"].Items))
        {
            var source = volume.Text.Split(':')[0];
            (source.StartsWith('.') || volumes.Contains(source)).Should().BeTrue($"{volume.Text} is a declared volume or a file");
        }
    }

    [Fact]
    public async Task Proxy_of_the_file_ends_tls_serves_what_is_ready_and_goes_on_without_one_receiver()
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        Campaign.Require(CaddyProcess.IsInstalled, "Caddy is not on this machine: apt-get install caddy.");
        using var folder = new TemporaryDirectory();
        await using var database = await PostgreSqlCluster.StartAsync();
        var receivers = new Dictionary<string, ReceiverProcess>();
        try
        {
            foreach (var (name, service) in DeployFiles.Receivers)
            {
                receivers[name] = await ReceiverProcess.StartAsync(SettingsOf(service, folder.File(name), database.ConnectionString));
            }

            await using var caddy = await CaddyProcess.StartAsync(
                folder.Path, receivers.ToDictionary(receiver => $"{receiver.Key}:{DeployFiles.Instruction("EXPOSE")}", receiver => receiver.Value.Address.Authority));
            using var sender = caddy.CreateClient();
            await SendAsync(sender, caddy, count: 4);
            await receivers.Values.First().KillAsync();
            await SendAsync(sender, caddy, count: 8);

            var distrustful = () => Http.GetAsync(caddy.Address, TestContext.Current.CancellationToken);
            (await distrustful.Should().ThrowAsync<HttpRequestException>("its certificate is its own authority's"))
                .Which.HttpRequestError.Should().Be(HttpRequestError.SecureConnectionError);
        }
        finally
        {
            foreach (var receiver in receivers.Values)
            {
                await receiver.DisposeAsync();
            }
        }

        (await TestPostgreSql.QueryAsync<long>(database.ConnectionString, "SELECT count(*) FROM thunderstack.events WHERE source = 0")).Should().Be(12);
    }

    private static async Task SendAsync(HttpClient sender, CaddyProcess caddy, int count)
    {
        for (var i = 0; i < count; i++)
        {
            // A sender tries again: which receiver has just died the proxy learns from the request that met it.
            var body = SignedDelivery.Valid().ForNode(Container.NodeId).At(TimeProvider.System.GetUtcNow().AddMilliseconds(i)).Body;
            await Wait.UntilAsync(
                async () =>
                {
                    using var answer = await sender.SendAsync(
                        SignedDelivery.Valid().WithBody(body).ToRequest($"{caddy.Address}webhooks/thunderstack"), TestContext.Current.CancellationToken);
                    return answer.StatusCode == HttpStatusCode.OK;
                },
                TimeSpan.FromSeconds(20),
                () => $"the proxy answers 200. It wrote:\n{caddy.Output}");
        }
    }

    private static ReceiverSettings SettingsOf(Yaml service, string folder, string connectionString) => Container.Settings(
        folder, service["environment"].ToTexts(), DeployFiles.ComposeConfiguration, service["secrets"].Items.Select(secret => secret["target"].Text), connectionString);
}
