using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Management.Hosting;
using ThunderStack.Webhooks.Management.Routing;

namespace ThunderStack.Webhooks.Management.Tests.Routing;

/// <summary>What a request may not be, and how the API describes itself.</summary>
public sealed class RequestTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_nobody_reads_is_refused_and_named()
    {
        await using var receiver = await ManagedReceiver.StartAsync();

        Detail(await receiver.GetAsync("/api/v1/conditions?close=true", HttpStatusCode.BadRequest)).Should().Contain("closed");
        Detail(await receiver.GetAsync("/api/v1/conditions?closed=true&closed=false", HttpStatusCode.BadRequest)).Should().Contain("2 times");
        Detail(await receiver.GetAsync("/api/v1/conditions?closed=perhaps", HttpStatusCode.BadRequest)).Should().Contain("neither true nor false");
        Detail(await receiver.GetAsync("/api/v1/key?a=b", HttpStatusCode.BadRequest)).Should().Contain("no parameters");
        Detail(await receiver.PostAsync("/api/v1/nodes/node-a/webhook-url", new { address = "https://example.org" }, HttpStatusCode.BadRequest)).Should().Contain("/openapi/v1.json");
    }

    [Theory]
    [InlineData("""{"url":"https://a.example","url":"https://b.example"}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"url":1}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"url":""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("null", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("{}", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("url=https://a.example", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_that_is_not_what_it_takes_is_refused(string body, string type, HttpStatusCode expected)
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, type);

        using var answer = await receiver.Operator.PostAsync("/api/v1/nodes/node-a/webhook-url", content, None);

        answer.StatusCode.Should().Be(expected);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_not_read_however_it_is_sent()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        var body = $$"""{"url":"https://a.example/{{new string('a', 100_000)}}"}""";

        foreach (var isChunked in (bool[])[false, true])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/nodes/node-a/webhook-url")
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
                Headers = { ExpectContinue = true, TransferEncodingChunked = isChunked },
            };
            try
            {
                using var answer = await receiver.Operator.SendAsync(request, None);
                answer.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
            }
            catch (HttpRequestException) when (isChunked)
            {
                // The server closed the connection in the middle of the body, before its answer was read.
            }
        }
    }

    [Fact]
    public async Task The_document_describes_every_route_with_its_role()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        var routes = receiver.Services.GetRequiredService<ManagementHost>().Server!.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<ManagementRoute>()).OfType<ManagementRoute>().ToList();

        var document = await receiver.GetAsync("/openapi/v1.json");

        document.GetProperty("openapi").GetString().Should().StartWith("3.1");
        foreach (var route in routes)
        {
            var operation = document.GetProperty("paths").GetProperty(route.Pattern).GetProperty(route.Method.ToLowerInvariant());
            operation.GetProperty("summary").GetString().Should().Be(route.Summary);
            operation.GetProperty("description").GetString().Should().Contain(route.Role.ToString());
            operation.GetProperty("responses").GetProperty($"{route.Status}").GetProperty("content").TryGetProperty(route.ContentType, out _).Should().BeTrue();
            var parameters = operation.TryGetProperty("parameters", out var listed) ? listed.EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()).ToList() : [];
            parameters.Should().BeEquivalentTo(
                route.Query.Select(parameter => parameter.Name).Concat(route.Pattern.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'))));
        }

        var text = document.GetRawText();
        text.Should().Contain("nodeId").And.Contain("\"critical\"").And.NotContain("http://");
    }

    private static string Detail(JsonElement problem) => problem.GetProperty("detail").GetString()!;
}
