using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.PostgreSql;

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
        builder.Services.AddOptions<DispatchOptions>();

        // The keys of every store are declared with the inbox's others: which store it is may change, and a key stays spelled right.
        builder.AddSettings<PostgreSqlInboxOptions>([], static (options, section) => section.GetSection("Inbox").Bind(options));
        builder.Services.Configure(configure);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlInboxOptions>, PostgreSqlInboxOptionsValidator>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<InboxOptions>, ConnectionStringValidator>());
        return builder.UseInbox<PostgreSqlInbox>();
    }
}
