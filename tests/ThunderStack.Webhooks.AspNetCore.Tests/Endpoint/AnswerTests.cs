using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Endpoint;

/// <summary>The table of answers, row by row, over real sockets.</summary>
public sealed class AnswerTests : IAsyncLifetime
{
    private const string InvalidSignature = "Forbidden - Invalid Signature";
    private const string UnexpectedNode = "Forbidden - Unexpected Node";

    private WebhookHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await WebhookHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_authentic_event_is_answered_200_with_its_id_and_stored_exactly()
    {
        var delivery = SignedDelivery.Valid().WithStatus("STARTING");

        var response = await _host.SendAsync(delivery);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
        var body = await JsonAsync(response);
        body.EnumerateObject().Select(p => p.Name).Should().Equal("message", "eventId");
        body.GetProperty("message").GetString().Should().Be("Webhook event processed successfully");
        WebhookEventId.TryParse(body.GetProperty("eventId").GetString(), out var id).Should().BeTrue();
        id.Should().Be(WebhookEventId.Create(new DateTimeOffset(2024, 11, 6, 12, 0, 0, TimeSpan.Zero), SHA256.HashData(delivery.Body)));

        var stored = await _host.Inbox.FindAsync(id, TestContext.Current.CancellationToken);
        stored!.Body.ToArray().Should().Equal(delivery.Body);
        Convert.ToBase64String(stored.Signature.Span).Should().Be(delivery.Signature);
        stored.Status.Should().Be(NodeStatus.Starting);
    }

    [Fact]
    public async Task The_same_body_again_is_the_same_200_and_says_so()
    {
        var first = await JsonAsync(await _host.SendAsync(SignedDelivery.Valid()));

        var again = await _host.SendAsync(SignedDelivery.Valid());

        again.StatusCode.Should().Be(HttpStatusCode.OK);
        var body = await JsonAsync(again);
        body.GetProperty("eventId").GetString().Should().Be(first.GetProperty("eventId").GetString());
        body.GetProperty("duplicate").GetBoolean().Should().BeTrue();
        (await _host.CountStoredAsync()).Should().Be(1);
    }

    [Fact]
    public async Task Unknown_status_type_and_fields_are_stored_with_their_exact_text()
    {
        (await _host.SendAsync(SignedDelivery.Valid().WithStatus("DESTROYING"))).StatusCode.Should().Be(HttpStatusCode.OK);
        (await _host.SendAsync(SignedDelivery.Valid().OfType("NODE_BUILD_FINISHED"))).StatusCode.Should().Be(HttpStatusCode.OK);
        (await _host.SendAsync(SignedDelivery.Valid().WithBody("""{"eventType":"X","nodeId":"node-a","more":{"a":[1]}}"""))).StatusCode.Should().Be(HttpStatusCode.OK);

        (await _host.CountStoredAsync()).Should().Be(3);
    }

    [Fact]
    public async Task Every_bad_signature_gets_one_and_the_same_403()
    {
        var valid = SignedDelivery.Valid();
        var canonical = valid.Signature!;
        var bytes = Convert.FromBase64String(canonical);
        SignedDelivery[] forgeries =
        [
            valid.WithoutSignature(),
            valid.WithSignature(""),
            valid.WithSignature("AAAA"),
            valid.WithSignature("not base64"),
            valid.WithSignature(canonical.TrimEnd('=')),
            valid.WithSignature(canonical.Replace('+', '-').Replace('/', '_')),
            valid.WithSignature(Convert.ToHexString(bytes)),
            valid.WithSignature(Convert.ToBase64String(bytes[..^1])),
            valid.WithSignature(Convert.ToBase64String([0, .. bytes])),
            valid.WithSignature(Convert.ToBase64String(new byte[bytes.Length])),
            valid.WithSignature(Convert.ToBase64String(TestKey.Default.SignWith(valid.Body, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))),
            valid.WithSignature(Convert.ToBase64String(TestKey.Default.SignWith(valid.Body, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1))),
            valid.SignedBy(TestKey.Other),
            valid.WithTamperedBody(),
        ];

        var answers = new List<string>();
        foreach (var forgery in forgeries)
        {
            var response = await _host.SendAsync(forgery);
            response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
            response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
            answers.Add(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        answers.Distinct().Should().ContainSingle().Which.Should().Contain($"\"message\":\"{InvalidSignature}\"");
        (await _host.CountStoredAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_repeated_signature_header_is_403()
    {
        var request = SignedDelivery.Valid().ToRequest();
        request.Headers.TryAddWithoutValidation(SignedDelivery.SignatureHeader, SignedDelivery.Valid().Signature);

        await ShouldBeAsync(await _host.Client.SendAsync(request, TestContext.Current.CancellationToken), HttpStatusCode.Forbidden, InvalidSignature);
    }

    [Fact]
    public async Task An_authentic_event_of_a_node_that_is_not_configured_is_403()
    {
        await ShouldBeAsync(await _host.SendAsync(SignedDelivery.Valid().ForNode("node-c")), HttpStatusCode.Forbidden, UnexpectedNode);
        await ShouldBeAsync(await _host.SendAsync(SignedDelivery.Valid().ForNode("NODE-A")), HttpStatusCode.Forbidden, UnexpectedNode);
        (await _host.CountStoredAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_nodes_own_path_takes_only_that_nodes_events()
    {
        (await _host.SendAsync(SignedDelivery.Valid(), $"{WebhookHost.Path}/node-a")).StatusCode.Should().Be(HttpStatusCode.OK);
        await ShouldBeAsync(await _host.SendAsync(SignedDelivery.Valid(), $"{WebhookHost.Path}/node-b"), HttpStatusCode.Forbidden, UnexpectedNode);
        await ShouldBeAsync(await _host.SendAsync(SignedDelivery.Valid(), $"{WebhookHost.Path}/nowhere"), HttpStatusCode.Forbidden, UnexpectedNode);
        (await _host.CountStoredAsync()).Should().Be(1);
    }

    [Theory]
    [InlineData("", "The body is not")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "eventType")]
    [InlineData("""{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"2024-11-06T12:00:00Z","details":{"nodeId":"node-b","status":"RUNNING"},"nodeId":"node-a"}""", "details.nodeId")]
    [InlineData("""{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"2024-11-06T12:00:00Z","details":{"nodeId":"node-a","status":7},"nodeId":"node-a"}""", "details.status")]
    public async Task Authentic_but_not_the_contract_is_400_and_names_the_field(string body, string named)
    {
        var response = await _host.SendAsync(SignedDelivery.Valid().WithBody(body));

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await JsonAsync(response)).GetProperty("detail").GetString().Should().Contain(named);
        (await _host.CountStoredAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_body_of_the_limit_is_taken_and_one_byte_more_is_413()
    {
        (await _host.SendAsync(OfSize(65_536))).StatusCode.Should().Be(HttpStatusCode.OK);
        await ShouldBeAsync(await _host.SendAsync(OfSize(65_537)), HttpStatusCode.RequestEntityTooLarge, "Payload Too Large");

        var chunked = OfSize(70_000).ToRequest();
        chunked.Headers.TransferEncodingChunked = true;
        await ShouldBeAsync(await _host.Client.SendAsync(chunked, TestContext.Current.CancellationToken), HttpStatusCode.RequestEntityTooLarge, "Payload Too Large");
    }

    [Theory]
    [InlineData("gzip", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("br", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("identity", HttpStatusCode.OK)]
    public async Task A_content_encoding_other_than_identity_is_415(string encoding, HttpStatusCode expected)
    {
        var request = SignedDelivery.Valid().ToRequest();
        request.Content!.Headers.ContentEncoding.Add(encoding);

        (await _host.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.Should().Be(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_content_type_decides_nothing(string? contentType)
    {
        var request = SignedDelivery.Valid().ToRequest();
        request.Content!.Headers.ContentType = contentType is null ? null : new MediaTypeHeaderValue(contentType);

        (await _host.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task Any_other_method_is_405_and_says_which_is_allowed(string method)
    {
        foreach (var path in (string[])[WebhookHost.Path, $"{WebhookHost.Path}/node-a"])
        {
            var response = await _host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), TestContext.Current.CancellationToken);

            response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
            response.Content.Headers.Allow.Should().Equal("POST");
        }
    }

    private static SignedDelivery OfSize(int bytes)
    {
        const string start = """{"eventType":"X","nodeId":"node-a","filler":" """;
        return SignedDelivery.Valid().WithBody(start + new string('x', bytes - start.Length - 2) + "\"}");
    }

    private static async Task ShouldBeAsync(HttpResponseMessage response, HttpStatusCode status, string message)
    {
        response.StatusCode.Should().Be(status);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var problem = await JsonAsync(response);
        problem.GetProperty("status").GetInt32().Should().Be((int)status);
        problem.GetProperty("message").GetString().Should().Be(message);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), new JsonDocumentOptions()).RootElement;
}
