using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.Reconciliation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds reconciliation.</summary>
public static class ReconciliationBuilderExtensions
{
    /// <summary>
    /// Compares the cloud's nodes with what their webhooks have told, and stores a reconciled event for a change that never
    /// came. Call it after the store is chosen. It is off without <c>ThunderStack:Cloud:ApiToken</c>.
    /// </summary>
    public static ThunderStackWebhooksBuilder AddReconciliation(this ThunderStackWebhooksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(CloudSweep)))
        {
            return builder;
        }

        services.AddSettings<ReconciliationOptions>(builder.Configuration, ReconciliationOptions.Settings, static (options, section) =>
        {
            section.GetSection("Reconciliation").Bind(options);
            options.RepairWebhookUrl = section.GetValue<bool>("Cloud:RepairWebhookUrl");
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ReconciliationOptions>, ReconciliationOptionsValidator>());
        services.TryAddSingleton(provider => new ReconciliationMetrics(provider.GetRequiredService<IMeterFactory>()));
        services.TryAddSingleton(provider => new Discrepancies(provider.GetRequiredService<IOptions<ReconciliationOptions>>().Value.SettlingTime));
        services.TryAddSingleton(CreateUrlCheck);
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<UpgradeCheck>(provider));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConditionSource, CloudConditions>());
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<CloudSweep>(provider));
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<Reconciler>(provider));
        return builder;
    }

    private static WebhookUrlCheck CreateUrlCheck(IServiceProvider provider) => new(
        provider.GetRequiredService<IOptions<WebhookOptions>>().Value.PublicUrl is { Length: > 0 } url ? new Uri(url) : null,
        provider.GetRequiredService<IOptions<ReconciliationOptions>>().Value.RepairWebhookUrl,
        provider.GetRequiredService<NodeDirectory>(),
        provider.GetRequiredService<ThunderStackCloudClient>(),
        provider.GetRequiredService<ReconciliationMetrics>(),
        provider.GetRequiredService<ILogger<WebhookUrlCheck>>());
}
