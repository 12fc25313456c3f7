using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Sqlite;

/// <summary>
/// The embedded inbox: one SQLite file with one owning process. Every event is fsynced before its append says so, and
/// concurrent appends share a commit.
/// </summary>
/// <remarks>Opening creates the file and its directory when they are missing. Another process may read the file meanwhile.</remarks>
public sealed class SqliteInbox : HostedInbox
{
    private readonly InboxOptions _options;
    private readonly SqliteInboxOptions _sqliteOptions;
    private readonly TimeProvider _time;
    private readonly ILogger<SqliteInbox> _logger;

    /// <summary>Creates the inbox; nothing is opened yet.</summary>
    public SqliteInbox(
        IOptions<InboxOptions> options, IOptions<SqliteInboxOptions> sqliteOptions, TimeProvider time, ILogger<SqliteInbox> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sqliteOptions);
        _options = options.Value;
        _sqliteOptions = sqliteOptions.Value;
        _time = time;
        _logger = logger;
    }

    internal InboxLimits Limits { get; init; } = new();

    /// <inheritdoc/>
    protected override Task<IOpenInbox> OpenStoreAsync(bool isHosted, CancellationToken cancellationToken) =>
        Task.FromResult<IOpenInbox>(OpenInbox.Open(_options, _sqliteOptions, Limits, _time, _logger));
}
