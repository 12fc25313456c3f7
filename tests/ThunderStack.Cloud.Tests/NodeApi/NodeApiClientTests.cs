using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ThunderStack.Cloud.NodeApi;

namespace ThunderStack.Cloud.Tests.NodeApi;

/// <summary>What the client makes of each answer that a node, or what stands in its place, gives.</summary>
public sealed class NodeApiClientTests
{
    private const string Password = "correct-horse-4711";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes($$"""{"password":"{{Password}}"}""");

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(403, """{"error":"Node is locked (hint: call unlock)","code":403,"name":"LockedNode"}""", NodeApiState.Locked)]
    [InlineData(403, """{"error":"Node is locked (hint: call unlock)","code":403}""", NodeApiState.Locked)]
    [InlineData(403, """{"error":"x","code":403,"name":"NotInitialized"}""", NodeApiState.Uninitialized)]
    [InlineData(403, """{"error":"Node has not been initialized","code":403}""", NodeApiState.Uninitialized)]
    [InlineData(403, """{"error":"x","code":403,"name":"ChangingState"}""", NodeApiState.Changing)]
    [InlineData(403, """{"error":"Cannot call other APIs while node is changing state","code":403}""", NodeApiState.Changing)]
    [InlineData(401, """{"error":"Missing or invalid credentials","code":401}""", NodeApiState.Unauthorized)]
    [InlineData(403, """{"error":"You don't have access to this resource","code":403,"name":"Forbidden"}""", NodeApiState.Unauthorized)]
    [InlineData(403, """{"message":"Forbidden"}""", NodeApiState.Unauthorized)]
    [InlineData(502, "<html>Bad Gateway</html>", NodeApiState.Unreachable)]
    [InlineData(503, "", NodeApiState.Unreachable)]
    [InlineData(404, "[]", NodeApiState.Unreachable)]
    [InlineData(500, "{\"error\":\"bro\\u001b[31mken\\n\\u202e\",\"code\":500,\"name\":\"Unexpected\"}", NodeApiState.Unreachable)]
    [InlineData(200, "<html>welcome</html>", NodeApiState.Unreachable)]
    [InlineData(200, "{}", NodeApiState.Unreachable)]
    public async Task A_look_names_the_state_and_a_reason_on_one_line(int status, string body, NodeApiState state)
    {
        await using var server = await CannedCloud.AnsweringAsync(body, status: status);
        await using var services = Services();

        var look = await Client(services).LookAsync(EndpointOf(server), None);

        look.State.Should().Be(state);
        look.Info.Should().BeNull();
        look.Reason.Should().NotBeNullOrEmpty();
        look.Reason!.Any(c => char.IsControl(c) || c == '\u202e').Should().BeFalse();
    }

    [Fact]
    public async Task A_look_at_a_ready_node_has_its_info_and_sent_the_token()
    {
        await using var server = await CannedCloud.AnsweringAsync(
            """{"pubkey":"02ab","num_channels":3,"num_usable_channels":2,"num_peers":4,"local_balance_sat":5000000000,"more":1}""");
        await using var services = Services();

        var look = await Client(services).LookAsync(EndpointOf(server), None);

        look.State.Should().Be(NodeApiState.Ready);
        look.Reason.Should().BeNull();
        look.Info.Should().BeEquivalentTo(
            new { Pubkey = "02ab", ChannelCount = 3, UsableChannelCount = 2, PeerCount = 4, LocalBalanceSat = 5_000_000_000L });
        server.Requests.Should().ContainSingle().Which.Should().Be(new CloudRequest("GET /node/nodeinfo", "", $"Bearer {CannedCloud.Token}"));
    }

    [Theory]
    [InlineData(200, "{}", NodeUnlockOutcome.Unlocked)]
    [InlineData(200, "<html>", NodeUnlockOutcome.Unknown)]
    [InlineData(403, """{"error":"Node has already been unlocked","code":403}""", NodeUnlockOutcome.AlreadyUnlocked)]
    [InlineData(403, """{"error":"x","code":403,"name":"AlreadyUnlocked"}""", NodeUnlockOutcome.AlreadyUnlocked)]
    [InlineData(401, """{"error":"x","code":401,"name":"WrongPassword"}""", NodeUnlockOutcome.WrongPassword)]
    [InlineData(401, """{"error":"The provided password is incorrect","code":401}""", NodeUnlockOutcome.WrongPassword)]
    [InlineData(401, """{"error":"x","code":401,"name":"Unauthorized"}""", NodeUnlockOutcome.Unauthorized)]
    [InlineData(403, """{"error":"x","code":403,"name":"ChangingState"}""", NodeUnlockOutcome.Changing)]
    [InlineData(403, """{"error":"x","code":403,"name":"NotInitialized"}""", NodeUnlockOutcome.NotInitialized)]
    [InlineData(400, """{"error":"unknown field correct-horse-4711","code":400,"name":"InvalidRequest"}""", NodeUnlockOutcome.Failed)]
    [InlineData(504, "<html>Gateway Timeout</html>", NodeUnlockOutcome.Unknown)]
    public async Task An_unlock_is_sent_once_and_its_outcome_holds_no_password(int status, string body, NodeUnlockOutcome outcome)
    {
        await using var server = await CannedCloud.AnsweringAsync(body, status: status);
        await using var services = Services();

        var unlock = await Client(services).UnlockAsync(EndpointOf(server), Body, cancellationToken: None);

        unlock.Outcome.Should().Be(outcome);
        unlock.ToString().Should().NotContain(Password).And.NotContain(CannedCloud.Token);
        server.Requests.Should().ContainSingle().Which.Body.Should().Be(Encoding.UTF8.GetString(Body));
    }

    [Theory]
    [InlineData(307)]
    [InlineData(302)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var other = await CannedCloud.AnsweringAsync("{}");
        await using var server = await CannedCloud.StartAsync();
        server.Answer = (_, context) =>
        {
            context.Response.Headers.Location = EndpointOf(other).ToString();
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await using var services = Services();

        var look = await Client(services).LookAsync(EndpointOf(server), None);
        var unlock = await Client(services).UnlockAsync(EndpointOf(server), Body, cancellationToken: None);

        look.State.Should().Be(NodeApiState.Unreachable);
        unlock.Outcome.Should().Be(NodeUnlockOutcome.Failed);
        other.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_node_that_hangs_is_unreachable_and_its_unlock_unknown()
    {
        await using var server = await CannedCloud.StartAsync();
        server.Answer = (_, context) => CannedCloud.HangAsync(context);
        var clock = new FakeTimeProvider();
        await using var services = Services(clock);

        var look = Client(services).LookAsync(EndpointOf(server), None);
        await server.WaitForRequestAsync();
        clock.Advance(TimeSpan.FromSeconds(10));
        var unlock = Client(services).UnlockAsync(EndpointOf(server), Body, TimeSpan.FromSeconds(30), None);
        await server.WaitForRequestAsync();
        clock.Advance(TimeSpan.FromSeconds(30));

        (await look).State.Should().Be(NodeApiState.Unreachable);
        (await unlock).Outcome.Should().Be(NodeUnlockOutcome.Unknown);
        server.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task An_answer_without_end_is_read_up_to_a_limit()
    {
        await using var server = await CannedCloud.StartAsync();
        server.Answer = async (_, context) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string(' ', 16 * 1024), context.RequestAborted);
            }
        };
        await using var services = Services();

        var look = await Client(services).LookAsync(EndpointOf(server), None);

        look.State.Should().Be(NodeApiState.Unreachable);
        look.Reason.Should().Contain("64 KiB");
    }

    [Fact]
    public async Task A_cut_connection_leaves_an_unlock_unknown_and_it_is_not_sent_again()
    {
        await using var server = await CannedCloud.StartAsync();
        server.Answer = (number, context) =>
        {
            // The first answer leaves a connection in the pool: on a used one, handlers like to try again.
            if (number > 1)
            {
                context.Abort();
            }

            return Task.CompletedTask;
        };
        await using var services = Services();
        await Client(services).LookAsync(EndpointOf(server), None);

        var unlock = await Client(services).UnlockAsync(EndpointOf(server), Body, cancellationToken: None);

        unlock.Outcome.Should().Be(NodeUnlockOutcome.Unknown);
        server.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_refused_connection_is_unreachable_and_an_unlock_that_was_not_sent_failed()
    {
        var server = await CannedCloud.StartAsync();
        var endpoint = EndpointOf(server);
        await server.DisposeAsync();
        await using var services = Services();

        (await Client(services).LookAsync(endpoint, None)).State.Should().Be(NodeApiState.Unreachable);
        (await Client(services).UnlockAsync(endpoint, Body, cancellationToken: None)).Outcome.Should().Be(NodeUnlockOutcome.Failed);
    }

    [Fact]
    public async Task Info_and_lock_throw_what_the_state_is()
    {
        await using var server = await CannedCloud.AnsweringAsync("""{"error":"x","code":403,"name":"ChangingState"}""", status: 403);
        await using var services = Services();
        var client = Client(services);

        (await client.Awaiting(c => c.GetInfoAsync(EndpointOf(server), None)).Should().ThrowExactlyAsync<NodeApiException>())
            .Which.State.Should().Be(NodeApiState.Changing);
        (await client.Awaiting(c => c.LockAsync(EndpointOf(server), None)).Should().ThrowExactlyAsync<NodeApiException>())
            .Which.State.Should().Be(NodeApiState.Changing);
    }

    [Fact]
    public async Task Neither_token_nor_password_travels_over_plain_http()
    {
        var url = new Uri("http://node.example/");
        await using var services = Services();

        FluentActions.Invoking(() => new NodeApiEndpoint(url, "token")).Should().Throw<ArgumentException>();
        await Client(services).Awaiting(c => c.UnlockAsync(new NodeApiEndpoint(url), Body, cancellationToken: None))
            .Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public void An_endpoint_shows_its_address_and_not_its_token() =>
        new NodeApiEndpoint(new Uri("https://node.example/u/n"), "secret").ToString().Should().Be("https://node.example/u/n");

    private static ServiceProvider Services(TimeProvider? clock = null) => new ServiceCollection()
        .AddSingleton(clock ?? TimeProvider.System).AddThunderStackNodeApi().BuildServiceProvider();

    private static NodeApiClient Client(ServiceProvider services) => services.GetRequiredService<NodeApiClient>();

    private static NodeApiEndpoint EndpointOf(CannedCloud server) => new(new Uri($"{server.Url}/node/"), CannedCloud.Token);
}
