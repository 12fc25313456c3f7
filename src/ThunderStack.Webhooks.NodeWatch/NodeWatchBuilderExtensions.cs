using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.NodeWatch;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the watch over nodes.</summary>
public static class NodeWatchBuilderExtensions
{
    /// <summary>
    /// Asks the own API of nodes that run whether they can be used, and adds the conditions <c>NodeLocked</c>, <c>NodeUnreachable</c>
    /// and <c>NodeUninitialized</c>. Call it after the store is chosen. Of the replicas that share a store, one watches.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static ThunderStackWebhooksBuilder AddNodeWatch(this ThunderStackWebhooksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(NodeReadings)))
        {
            return builder;
        }

        services.AddSettings<NodeWatchOptions>(builder.Configuration, NodeWatchOptions.Settings, NodeWatchOptions.Bind);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NodeWatchOptions>, NodeWatchOptionsValidator>());
        services.AddThunderStackNodeApi();
        services.AddSingleton<NodeReadings>();
        services.AddSingleton<CloudNodes>();
        services.AddSingleton<NodeTargets>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConditionSource, NodeReadinessConditions>());
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<NodeWatcher>(provider));
        return builder;
    }
}
