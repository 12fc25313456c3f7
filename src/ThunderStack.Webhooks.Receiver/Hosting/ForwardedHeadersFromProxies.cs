using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Receiver.Settings;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>
/// The sender's address from <c>X-Forwarded-For</c>, for the log and to limit attempts at keys; only from proxies that were named.
/// </summary>
internal static class ForwardedHeadersFromProxies
{
    public static void AddProxyOptions(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(ThunderStackWebhooksServiceCollectionExtensions.SectionName);
        new ThunderStackWebhooksBuilder(builder.Services, section).AddSettings<ProxyOptions>(
            ReceiverSettingsCatalog.Proxy,
            static (options, thunderStack) => thunderStack.GetSection("Proxy").Bind(options));
        builder.Services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
    }

    public static void UseConfiguredForwardedHeaders(this WebApplication app) =>
        app.UseConfiguredForwardedHeaders(app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value);

    public static void UseConfiguredForwardedHeaders(this WebApplication app, ProxyOptions proxy)
    {
        if (proxy.Addresses.Count + proxy.Networks.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = proxy.Hops,
        };

        // The framework trusts loopback unless told otherwise; here only what is configured counts.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var address in proxy.Addresses)
        {
            options.KnownProxies.Add(IPAddress.Parse(address));
        }

        foreach (var network in proxy.Networks)
        {
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        }

        app.UseForwardedHeaders(options);
    }
}
