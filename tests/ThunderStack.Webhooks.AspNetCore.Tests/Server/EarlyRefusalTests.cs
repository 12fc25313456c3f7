using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Server;

/// <summary>What never comes to the endpoint is counted and logged too.</summary>
public sealed class EarlyRefusalTests : IDisposable
{
    private readonly Recorded _recorded = new();

    public void Dispose() => _recorded.Dispose();

    [Theory]
    [InlineData("GET /elsewhere HTTP/1.1\r\nHost: hooks.example.com\r\n\r\n", "404", "not_found")]
    [InlineData("POST /elsewhere HTTP/1.1\r\nHost: hooks.example.com\r\nContent-Length: 0\r\n\r\n", "404", "not_found")]
    [InlineData("GET /webhooks/thunderstack HTTP/1.1\r\nHost: hooks.example.com\r\n\r\n", "405", "method_not_allowed")]
    [InlineData("POST /healthz/live HTTP/1.1\r\nHost: other.example.com\r\nContent-Length: 0\r\n\r\n", "400", "malformed_request")]
    [InlineData("GET /webhooks/thunderstack HTTP/9.9\r\nHost: hooks.example.com\r\n\r\n", "505", "malformed_request")]
    [InlineData("POST /webhooks/thunderstack HTTP/1.1\r\nHost: hooks.example.com\r\nX-ThunderStack-Signature : s3cret\r\n\r\n", "400", "malformed_request")]
    [InlineData("nonsense\r\n\r\n", "400", "malformed_request")]
    public async Task A_refusal_is_counted_once_and_logged(string request, string status, string outcome)
    {
        await using var host = await StartAsync();
        using var connection = await RawConnection.OpenAsync(host.Address, request);

        (await connection.ReadToAsync("\r\n\r\n")).Should().StartWith($"HTTP/1.1 {status}");

        await Eventually.TrueAsync(() => !_recorded.Lines.IsEmpty, "it is logged once it is counted");
        _recorded.Outcomes.Should().Equal(outcome);
        _recorded.Lines.Should().ContainSingle().Which.Should().StartWith("Refused a webhook from 127.0.0.1").And.NotContain("s3cret");
    }

    [Fact]
    public async Task A_foreign_header_with_a_byte_that_is_not_UTF_8_costs_no_event()
    {
        await using var host = await StartAsync();
        var delivery = SignedDelivery.Valid();
        using var connection = await RawConnection.OpenAsync(
            host.Address,
            RawConnection.Head(delivery.Signature!, delivery.Body.Length, "X-City: Z\u00fcrich\r\n").Replace("Host: x", "Host: hooks.example.com", StringComparison.Ordinal)
                + System.Text.Encoding.Latin1.GetString(delivery.Body));

        (await connection.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task Such_a_byte_in_the_signature_is_no_base64()
    {
        await using var host = await StartAsync();
        using var connection = await RawConnection.OpenAsync(
            host.Address, RawConnection.Head("\u00fc" + SignedDelivery.Valid().Signature![1..], 0).Replace("Host: x", "Host: hooks.example.com", StringComparison.Ordinal));

        (await connection.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 403");
        await Eventually.TrueAsync(() => !_recorded.Outcomes.IsEmpty, "it should be counted");
        _recorded.Outcomes.Should().Equal("invalid_signature");
    }

    private async Task<WebhookHost> StartAsync()
    {
        var host = await WebhookHost.StartAsync(host: builder =>
        {
            builder.Configuration.AddInMemoryCollection([new("AllowedHosts", "hooks.example.com")]);
            builder.WebHost.UseThunderStackWebhookServer();
            builder.Logging.AddProvider(_recorded);
        });
        _recorded.Listen(host.Services);
        _recorded.Lines.Clear();
        return host;
    }
}
