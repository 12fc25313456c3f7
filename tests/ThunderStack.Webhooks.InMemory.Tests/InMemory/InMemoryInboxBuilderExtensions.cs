using Microsoft.Extensions.DependencyInjection.Extensions;
using ThunderStack.Webhooks.InMemory;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Selects the inbox in memory.</summary>
public static class InMemoryInboxBuilderExtensions
{
    /// <summary>Keeps events in memory, for as long as the application runs.</summary>
    /// <param name="builder">The builder.</param>
    /// <exception cref="InvalidOperationException">Another store was selected before.</exception>
    public static ThunderStackWebhooksBuilder UseInMemoryInbox(this ThunderStackWebhooksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<InMemoryData>();
        return builder.UseInbox<InMemoryInbox>();
    }
}
