using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Management.Hosting;
using ThunderStack.Webhooks.Management.Routing;

namespace ThunderStack.Webhooks.Management.Tests.Access;

/// <summary>Every route that is mapped, tried by whoever may not ask.</summary>
public sealed class AccessTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_endpoint_is_a_route_with_a_role_or_a_probe()
    {
        await using var receiver = await ManagedReceiver.StartAsync();

        var others = Endpoints(receiver).Where(endpoint => endpoint.Metadata.GetMetadata<ManagementRoute>() is null).Select(endpoint => endpoint.RoutePattern.RawText);

        others.Should().BeEquivalentTo("/healthz/live", "/healthz/ready");
        Routes(receiver).Should().HaveCountGreaterThan(10);
        Routes(receiver).Should().OnlyContain(
            route => (route.Role == ManagementRole.Operate) == (route.Action != null), "what changes something needs its role, and is written down");
        Routes(receiver).Where(route => route.Method != HttpMethod.Get.Method).Should().OnlyContain(
            route => route.Action != null || route.Pattern.EndsWith("/verify", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_route_answers_without_a_key()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        foreach (var route in Routes(receiver))
        {
            using var answer = await receiver.Anybody.SendAsync(RequestFor(route), None);

            await ShouldBeRefusedAsync(answer, HttpStatusCode.Unauthorized, route);
            answer.Headers.WwwAuthenticate.ToString().Should().Be("Bearer");
        }
    }

    [Theory]
    [InlineData("Bearer 0123456789abcdef0123456789abcdef-nobody")]
    [InlineData("Bearer 0123456789abcdef0123456789abcdef-oper")]
    [InlineData("Bearer")]
    [InlineData("Basic b3BzOjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmLW9wZXJhdGU=")]
    [InlineData("0123456789abcdef0123456789abcdef-operate")]
    public async Task No_route_answers_a_wrong_key(string header)
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        foreach (var route in Routes(receiver))
        {
            var request = RequestFor(route);
            request.Headers.TryAddWithoutValidation("Authorization", header);

            using var answer = await receiver.Anybody.SendAsync(request, None);

            await ShouldBeRefusedAsync(answer, HttpStatusCode.Unauthorized, route);
            receiver.Time.Advance(TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    public async Task A_key_in_the_query_or_a_cookie_is_none()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        foreach (var route in Routes(receiver))
        {
            var request = RequestFor(route, $"?access_token={ManagedReceiver.OperateKey}");
            request.Headers.Add("Cookie", $"key={ManagedReceiver.OperateKey}; Authorization=Bearer {ManagedReceiver.OperateKey}");

            using var answer = await receiver.Anybody.SendAsync(request, None);

            await ShouldBeRefusedAsync(answer, HttpStatusCode.Unauthorized, route);
        }
    }

    [Fact]
    public async Task A_key_that_may_read_changes_nothing()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        foreach (var route in Routes(receiver))
        {
            using var answer = await receiver.Reader.SendAsync(RequestFor(route), HttpCompletionOption.ResponseHeadersRead, None);

            if (route.Role == ManagementRole.Operate)
            {
                await ShouldBeRefusedAsync(answer, HttpStatusCode.Forbidden, route);
            }
            else
            {
                answer.StatusCode.Should().NotBe(HttpStatusCode.Unauthorized).And.NotBe(HttpStatusCode.Forbidden, route.Pattern);
            }
        }
    }

    [Fact]
    public async Task The_port_for_webhooks_has_none_of_it()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        foreach (var route in Routes(receiver))
        {
            var request = RequestFor(route);
            request.Headers.Authorization = new("Bearer", ManagedReceiver.OperateKey);

            using var answer = await receiver.Webhooks.SendAsync(request, None);

            answer.StatusCode.Should().Be(HttpStatusCode.NotFound, route.Pattern);
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("ops.example.com.evil.example:8081")]
    [InlineData("notops.example.com")]
    public async Task A_forged_host_is_refused(string host)
    {
        await using var receiver = await ManagedReceiver.StartAsync(new() { ["Management:PublicUrl"] = "https://ops.example.com/thunderstack" });
        foreach (var route in Routes(receiver))
        {
            var request = RequestFor(route);
            request.Headers.Host = host;

            using var answer = await receiver.Operator.SendAsync(request, None);

            await ShouldBeRefusedAsync(answer, HttpStatusCode.MisdirectedRequest, route);
        }
    }

    [Theory]
    [InlineData("ops.example.com")]
    [InlineData("OPS.example.com:443")]
    [InlineData("localhost:8081")]
    [InlineData("[::1]:8081")]
    [InlineData("10.1.2.3")]
    public async Task Its_own_names_are_answered_also_below_the_path_of_its_public_url(string host)
    {
        await using var receiver = await ManagedReceiver.StartAsync(new() { ["Management:PublicUrl"] = "https://ops.example.com/thunderstack" });
        foreach (var path in (string[])["/api/v1/conditions", "/thunderstack/api/v1/conditions"])
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
            using var answer = await receiver.Reader.SendAsync(request, None);
            answer.StatusCode.Should().Be(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task After_ten_wrong_keys_an_address_waits_until_the_minute_is_over()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        using var guessing = receiver.With("0123456789abcdef0123456789abcdef-guess");
        for (var i = 0; i < 10; i++)
        {
            (await guessing.GetAsync("/api/v1/conditions", None)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        }

        // A right one must not tell that it is right.
        using var limited = await receiver.Operator.GetAsync("/api/v1/conditions", None);
        limited.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        limited.Headers.RetryAfter!.Delta.Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(1));
        (await receiver.Anybody.GetAsync("/healthz/live", None)).StatusCode.Should().Be(HttpStatusCode.OK, "probes need no key");

        receiver.Time.Advance(TimeSpan.FromSeconds(61));
        (await receiver.Operator.GetAsync("/api/v1/conditions", None)).StatusCode.Should().Be(HttpStatusCode.OK);
        receiver.Log.Lines.Should().NotContain(line => line.Contains("-guess", StringComparison.Ordinal)).And.Contain(line => line.Contains("127.0.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_come_and_go_while_it_runs_and_an_invalid_change_changes_nothing()
    {
        const string NewKey = "fedcba9876543210fedcba9876543210-new";
        await using var receiver = await ManagedReceiver.StartAsync();
        using var newcomer = receiver.With(NewKey);
        var settings = receiver.Services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>();

        settings["ThunderStack:Management:ApiKeys:ops:Key"] = NewKey;
        ((Microsoft.Extensions.Configuration.IConfigurationRoot)settings).Reload();

        (await newcomer.GetAsync("/api/v1/conditions", None)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await receiver.Operator.GetAsync("/api/v1/conditions", None)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);

        settings["ThunderStack:Management:ApiKeys:ops:Key"] = "short";
        ((Microsoft.Extensions.Configuration.IConfigurationRoot)settings).Reload();

        (await newcomer.GetAsync("/api/v1/conditions", None)).StatusCode.Should().Be(HttpStatusCode.OK);
        receiver.Log.Lines.Should().Contain(line => line.Contains("ApiKeys:ops:Key has 5 characters", StringComparison.Ordinal)).And.NotContain(line => line.Contains("short", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_keys_only_the_developer_at_the_machine_is_answered()
    {
        Dictionary<string, string?> withoutKeys = new()
        {
            ["Management:ApiKeys:viewer:Key"] = null,
            ["Management:ApiKeys:viewer:Role"] = null,
            ["Management:ApiKeys:ops:Key"] = null,
            ["Management:ApiKeys:ops:Role"] = null,
        };
        await using var production = await ManagedReceiver.StartAsync(withoutKeys);
        (await production.Anybody.GetAsync("/api/v1/conditions", None)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);

        await using var development = await ManagedReceiver.StartAsync(withoutKeys, environment: "Development");
        (await development.Anybody.GetAsync("/api/v1/conditions", None)).StatusCode.Should().Be(HttpStatusCode.OK);
        foreach (var (header, value) in new[] { ("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site"), ("X-Forwarded-For", "10.0.0.1"), ("Authorization", "Bearer x") })
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/key/refresh");
            request.Headers.TryAddWithoutValidation(header, value);
            (await development.Anybody.SendAsync(request, None)).StatusCode.Should().Be(HttpStatusCode.Unauthorized, header);
        }
    }

    [Fact]
    public async Task All_that_is_wrong_with_the_settings_is_said_at_once_and_no_key_with_it()
    {
        var start = () => ManagedReceiver.StartAsync(new()
        {
            ["Management:Port"] = "70000",
            ["Management:PublicUrl"] = "https://ops.example.com/?a=b",
            ["Management:ApiKeys:viewer:Key"] = "hunter2",
            ["Management:ApiKeys:ops:Role"] = "Admin",
            ["Management:ApiKeys:same:Key"] = ManagedReceiver.OperateKey,
            ["Management:ApiKeys:same:Role"] = "Read",
            ["Management:ApiKeys:none:Role"] = "Read",
            ["Management:ApiKeys:easy:Key"] = new string('a', 40),
            ["Management:ApiKeys:easy:Role"] = "Read",
            ["Management:ApiKeys:bad name:Key"] = "fedcba9876543210fedcba9876543210",
            ["Management:ApiKeys:bad name:Role"] = "Read",
        });

        var message = (await start.Should().ThrowAsync<Exception>()).Which.Message;

        message.Should().Contain("Management:Port is 70000").And.Contain("PublicUrl has a query").And.Contain("viewer:Key has 7 characters")
            .And.Contain("ops:Role is unknown: write Read or Operate").And.Contain("same:Key is that of").And.Contain("none:Key is missing")
            .And.Contain("easy:Key repeats").And.Contain("ApiKeys:bad name is no name")
            .And.NotContain("hunter2").And.NotContain(ManagedReceiver.OperateKey);
    }

    private static IEnumerable<RouteEndpoint> Endpoints(ManagedReceiver receiver) =>
        receiver.Services.GetRequiredService<ManagementHost>().Server!.GetRequiredService<EndpointDataSource>().Endpoints.Cast<RouteEndpoint>();

    private static List<ManagementRoute> Routes(ManagedReceiver receiver) =>
        [.. Endpoints(receiver).Select(endpoint => endpoint.Metadata.GetMetadata<ManagementRoute>()).OfType<ManagementRoute>()];

    private static HttpRequestMessage RequestFor(ManagementRoute route, string query = "")
    {
        var path = route.Pattern.Replace("{nodeId}", "node-a", StringComparison.Ordinal).Replace("{eventId}", new string('0', 64), StringComparison.Ordinal)
            .Replace("{name}", "log", StringComparison.Ordinal);
        return new HttpRequestMessage(new HttpMethod(route.Method), path + query) { Content = route.Body is null ? null : JsonContent.Create(new { }) };
    }

    private static async Task ShouldBeRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, ManagementRoute route)
    {
        answer.StatusCode.Should().Be(status, route.Pattern);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(None);
        problem.GetProperty("status").GetInt32().Should().Be((int)status);
        problem.GetProperty("detail").GetString().Should().NotBeEmpty();
        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        answer.Headers.GetValues("X-Frame-Options").Should().Equal("DENY");
        answer.Headers.GetValues("Content-Security-Policy").Single().Should().StartWith("default-src 'none'");
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        answer.Headers.Should().NotContain(header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }
}
