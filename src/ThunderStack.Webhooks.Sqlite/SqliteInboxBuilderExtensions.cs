using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Sqlite;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Selects the SQLite inbox.</summary>
public static class SqliteInboxBuilderExtensions
{
    /// <summary>
    /// Stores events in one SQLite file, as section <c>ThunderStack:Inbox</c> says. The file is opened before any hosted
    /// service starts, and closed after all have stopped.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another store was selected before.</exception>
    public static ThunderStackWebhooksBuilder UseSqliteInbox(this ThunderStackWebhooksBuilder builder) =>
        builder.UseSqliteInbox(static _ => { });

    /// <summary>Stores events in this SQLite file, whatever the configuration says of the connection string.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file; its directory is created. A relative path is relative to the working directory.</param>
    /// <exception cref="InvalidOperationException">Another store was selected before.</exception>
    public static ThunderStackWebhooksBuilder UseSqliteInbox(this ThunderStackWebhooksBuilder builder, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        builder.UseSqliteInbox();
        builder.Services.PostConfigure<InboxOptions>(
            options => options.ConnectionString = new SqliteConnectionStringBuilder { DataSource = path }.ToString());
        return builder;
    }

    /// <summary>Stores events in one SQLite file, as section <c>ThunderStack:Inbox</c> and then <paramref name="configure"/> say.</summary>
    /// <exception cref="InvalidOperationException">Another store was selected before.</exception>
    public static ThunderStackWebhooksBuilder UseSqliteInbox(this ThunderStackWebhooksBuilder builder, Action<SqliteInboxOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);

        // The keys of every store are declared with the inbox's others: which store it is may change, and a key stays spelled right.
        builder.AddSettings<SqliteInboxOptions>([], static (options, section) => section.GetSection("Inbox").Bind(options));
        builder.Services.Configure(configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SqliteInboxOptions>, SqliteInboxOptionsValidator>());
        return builder.UseInbox<SqliteInbox>();
    }
}
