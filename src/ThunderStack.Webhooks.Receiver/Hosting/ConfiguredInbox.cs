using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>The store that <c>ThunderStack:Inbox:Provider</c> names.</summary>
internal static class ConfiguredInbox
{
    private const string Sqlite = "Sqlite";
    private const string PostgreSql = "PostgreSql";

    public static ThunderStackWebhooksBuilder UseConfiguredInbox(this ThunderStackWebhooksBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<InboxOptions>, ProviderValidator>();
        return Names(builder.Configuration["Inbox:Provider"], PostgreSql) ? builder.UsePostgreSqlInbox() : builder.UseSqliteInbox();
    }

    private static bool Names(string? provider, string name) => string.Equals(provider, name, StringComparison.OrdinalIgnoreCase);

    private sealed class ProviderValidator : IValidateOptions<InboxOptions>
    {
        public ValidateOptionsResult Validate(string? name, InboxOptions options) =>
            Names(options.Provider, Sqlite) || Names(options.Provider, PostgreSql)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"ThunderStack:Inbox:Provider is unknown: write {Sqlite} or {PostgreSql}.");
    }
}
