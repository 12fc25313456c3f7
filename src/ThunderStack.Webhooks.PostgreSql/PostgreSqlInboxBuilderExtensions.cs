using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql;
using ThunderStack.Webhooks.Stores;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Selects the PostgreSQL inbox.</summary>
public static class PostgreSqlInboxBuilderExtensions
{
    /// <summary>
    /// Stores events in PostgreSQL, as section <c>ThunderStack:Inbox</c> says, together with every other receiver that uses
    /// the same database and schema. It is opened before any hosted service starts, and closed after all have stopped.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another store was selected before.</exception>
    public static ThunderStackWebhooksBuilder UsePostgreSqlInbox(this ThunderStackWebhooksBuilder builder) =>
        builder.UsePostgreSqlInbox(static _ => { });

    /// <summary>Stores events in this PostgreSQL database, whatever the configuration says of the connection string.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">Npgsql's, such as <c>Host=db;Username=thunderstack;Database=thunderstack</c>.</param>
    /// <exception cref="InvalidOperationException">Another store was selected before.</exception>
    public static ThunderStackWebhooksBuilder UsePostgreSqlInbox(this ThunderStackWebhooksBuilder builder, string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        builder.UsePostgreSqlInbox();
        builder.Services.PostConfigure<InboxOptions>(options => options.ConnectionString = connectionString);
        return builder;
    }

    /// <summary>Stores events in PostgreSQL, as section <c>ThunderStack:Inbox</c> and then <paramref name="configure"/> say.</summary>
    /// <exception cref="InvalidOperationException">Another store was selected before.</exception>
    public static ThunderStackWebhooksBuilder UsePostgreSqlInbox(
        this ThunderStackWebhooksBuilder builder, Action<PostgreSqlInboxOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var section = builder.Configuration.GetSection("Inbox");
        builder.Services.AddOptions<DispatchOptions>();
        builder.Services.AddOptions<PostgreSqlInboxOptions>().Bind(section).Configure(configure);
        builder.Services.CheckAtStart<PostgreSqlInboxOptions>();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlInboxOptions>, PostgreSqlInboxOptionsValidator>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<InboxOptions>, ConnectionStringValidator>());
        builder.Services.TryAddHostedInbox<PostgreSqlInbox>();
        return builder;
    }
}
