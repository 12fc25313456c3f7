using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.NodeWatch;
using ThunderStack.Webhooks.NodeWatch.Unlocking;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the watch over nodes.</summary>
public static class NodeWatchBuilderExtensions
{
    /// <summary>
    /// Asks the own API of nodes that run whether they can be used, and adds the conditions <c>NodeLocked</c>, <c>NodeUnreachable</c>
    /// and <c>NodeUninitialized</c>. Call it after the store is chosen. Of the replicas that share a store, one watches. A handler of type
    /// <c>Unlock</c>, named in the configuration, unlocks the nodes whose <c>Unlock:PasswordFile</c> is written beside their id.
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

        builder.AddSettings<NodeWatchOptions>(NodeWatchOptions.Settings, NodeWatchOptions.Bind);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NodeWatchOptions>, NodeWatchOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NodesOptions>, UnlockValidator>());
        services.AddThunderStackNodeApi();
        builder.AddHandlerType(UnlockHandlerType.Create());
        services.AddSingleton<NodeReadings>();
        services.AddSingleton<CloudNodes>();
        services.AddSingleton<NodeTargets>();
        services.TryAddSingleton<INodeReadiness>(provider => ActivatorUtilities.CreateInstance<NodeUnlocker>(provider));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConditionSource, NodeReadinessConditions>());
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<NodeWatcher>(provider));
        return builder;
    }
}
