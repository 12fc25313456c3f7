using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Endpoint;

public sealed class MappingTests
{
    [Fact]
    public void Mapping_without_registration_names_the_call_that_is_missing()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        app.Invoking(a => a.MapThunderStackWebhooks()).Should().Throw<InvalidOperationException>().WithMessage("*AddThunderStackWebhooks(builder.Configuration)*");
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public void Mapping_without_a_store_names_the_call_that_is_missing(string environment)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Services.AddThunderStackWebhooks(builder.Configuration);
        var app = builder.Build();

        app.Invoking(a => a.MapThunderStackWebhooks()).Should().Throw<InvalidOperationException>().WithMessage("*UseSqliteInbox()*");
    }

    [Fact]
    public async Task A_second_registration_adds_to_the_first()
    {
        var attempts = 0;
        await using var host = await WebhookHost.StartAsync(configure: webhooks => webhooks.Services
            .AddThunderStackWebhooks(new ConfigurationBuilder().Build())
            .AddHandler<NodeStatusUpdated>("mine", (_, _, _) =>
            {
                Interlocked.Increment(ref attempts);
                return Task.CompletedTask;
            }));

        (await host.SendAsync(SignedDelivery.Valid())).EnsureSuccessStatusCode();
        await Eventually.TrueAsync(() => Volatile.Read(ref attempts) > 0);

        (await host.Client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
        host.Services.GetServices<IHostedService>().Select(service => service.GetType()).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Path_and_header_are_the_configured_ones()
    {
        await using var host = await WebhookHost.StartAsync(new Dictionary<string, string?>
        {
            ["ThunderStack:Webhook:Path"] = "/in",
            ["ThunderStack:Webhook:SignatureHeader"] = "X-Signed",
        });
        var request = SignedDelivery.Valid().WithoutSignature().ToRequest("/in");
        request.Headers.TryAddWithoutValidation("X-Signed", SignedDelivery.Valid().Signature);

        (await host.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await host.SendAsync(SignedDelivery.Valid())).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Conventions_apply_to_both_endpoints()
    {
        await using var host = await WebhookHost.StartAsync(conventions: endpoints => endpoints.RequireHost("hooks.example.org"));

        (await host.SendAsync(SignedDelivery.Valid())).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await host.SendAsync(SignedDelivery.Valid(), $"{WebhookHost.Path}/node-a")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_openapi_document_has_both_endpoints_the_header_and_every_answer()
    {
        await using var host = await WebhookHost.StartAsync();

        using var document = JsonDocument.Parse(await host.Client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));

        var paths = document.RootElement.GetProperty("paths");
        foreach (var path in (string[])[WebhookHost.Path, $"{WebhookHost.Path}/{{nodeId}}"])
        {
            paths.GetProperty(path).EnumerateObject().Select(p => p.Name).Should().Equal("post");
            var post = paths.GetProperty(path).GetProperty("post");
            post.GetProperty("responses").EnumerateObject().Select(p => p.Name).Should().BeEquivalentTo("200", "400", "403", "405", "413", "415", "503");
            post.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()).Should().Contain("X-ThunderStack-Signature");
            post.GetProperty("requestBody").GetProperty("content").EnumerateObject().Should().ContainSingle();
        }
    }

    [Fact]
    public async Task A_receiver_of_ones_own_takes_ten_lines_and_its_handler_sees_the_event()
    {
        var handled = new TaskCompletionSource<(NodeStatusUpdated Event, DeliveryContext Context)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await WebhookHost.StartAsync(configure: webhooks => webhooks.AddHandler<NodeStatusUpdated>("mine", (e, context, _) =>
        {
            handled.TrySetResult((e, context));
            return Task.CompletedTask;
        }));
        var delivery = SignedDelivery.Valid().WithStatus("FAILED");

        (await host.SendAsync(delivery)).EnsureSuccessStatusCode();

        var (e, context) = await handled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        e.NodeId.Value.Should().Be("node-a");
        e.Status.Should().Be(NodeStatus.Failed);
        context.Attempt.Should().Be(1);
        context.Body.ToArray().Should().Equal(delivery.Body);
        context.IsStale.Should().BeFalse();
    }
}
