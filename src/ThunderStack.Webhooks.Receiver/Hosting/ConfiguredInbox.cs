using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>The store that <c>ThunderStack:Inbox:Provider</c> names.</summary>
internal static class ConfiguredInbox
{
    private const string Sqlite = "Sqlite";

    public static ThunderStackWebhooksBuilder UseConfiguredInbox(this ThunderStackWebhooksBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<InboxOptions>, ProviderValidator>();
        return builder.UseSqliteInbox();
    }

    private sealed class ProviderValidator : IValidateOptions<InboxOptions>
    {
        public ValidateOptionsResult Validate(string? name, InboxOptions options) =>
            string.Equals(options.Provider, Sqlite, StringComparison.OrdinalIgnoreCase)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"ThunderStack:Inbox:Provider is \"{options.Provider}\": write {Sqlite}, the store that this version has.");
    }
}
