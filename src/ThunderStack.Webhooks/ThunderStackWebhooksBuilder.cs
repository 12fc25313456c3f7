using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What <c>AddThunderStackWebhooks</c> returns: stores and handlers hang off it.</summary>
public sealed class ThunderStackWebhooksBuilder
{
    /// <summary>Creates the builder.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configuration">The section <c>ThunderStack</c>.</param>
    public ThunderStackWebhooksBuilder(IServiceCollection services, IConfiguration configuration)
    {
        Services = services;
        Configuration = configuration;
    }

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The section <c>ThunderStack</c>.</summary>
    public IConfiguration Configuration { get; }
}
