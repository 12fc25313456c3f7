using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Management.Tests;

namespace ThunderStack.Webhooks.Dashboard.Tests.Access;

/// <summary>Who comes in by a form, and how long they stay.</summary>
public sealed class SignInTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_has_not_signed_in_is_led_to_the_form_and_back()
    {
        await using var receiver = await StartAsync();
        using var visitor = new Visitor(receiver);

        using var led = await visitor.GetAsync("/?");
        led.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        led.Headers.Location!.ToString().Should().StartWith("/sign-in");

        using var signedIn = await visitor.SignInAsync(ManagedReceiver.ReadKey);
        signedIn.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        signedIn.Headers.Location!.ToString().Should().Be("/");
        signedIn.Headers.GetValues("Set-Cookie").Should().ContainSingle(cookie => cookie.StartsWith("thunderstack-session=", StringComparison.Ordinal)).Which
            .ToLowerInvariant().Should().Contain("httponly").And.Contain("samesite=lax").And.Contain("path=/");
        (await visitor.SeeAsync("/")).Should().Contain("alpha").And.Contain("Signed in with the key viewer, which may look.");
    }

    private static Task<ManagedReceiver> StartAsync(Dictionary<string, string?>? settings = null, string environment = "Production") =>
        ManagedReceiver.StartAsync(settings, webhooks => webhooks.AddDashboard(), environment);
}
