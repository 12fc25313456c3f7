using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Dispatch;

namespace ThunderStack.Webhooks.PostgreSql;

/// <summary>
/// The shared inbox: one PostgreSQL schema, any number of receivers. Every event is committed and flushed before its append
/// says so, concurrent appends share a commit, and each delivery is made by one receiver at a time.
/// </summary>
/// <remarks>
/// Opening connects, and creates or upgrades the tables when needed. It waits half a minute for a database that is starting; within
/// an application the database may stay away for as long as it likes.
/// </remarks>
public sealed class PostgreSqlInbox : HostedInbox
{
    private readonly InboxOptions _options;
    private readonly PostgreSqlInboxOptions _postgreSqlOptions;
    private readonly TimeProvider _time;
    private readonly ILogger<PostgreSqlInbox> _logger;
    private OpenInbox? _open;

    /// <summary>Creates the inbox; nothing is opened yet.</summary>
    public PostgreSqlInbox(
        IOptions<InboxOptions> options,
        IOptions<PostgreSqlInboxOptions> postgreSqlOptions,
        IOptions<DispatchOptions> dispatchOptions,
        TimeProvider time,
        ILogger<PostgreSqlInbox> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(postgreSqlOptions);
        ArgumentNullException.ThrowIfNull(dispatchOptions);
        _options = options.Value;
        _postgreSqlOptions = postgreSqlOptions.Value;
        _time = time;
        _logger = logger;
        Limits = InboxLimits.For(dispatchOptions.Value.HandlerTimeout);
    }

    internal InboxLimits Limits { get; init; }

    /// <inheritdoc/>
    protected override TimeSpan StartPatience => Limits.ConnectTimeout;

    /// <summary>Leaves everything as a killed process would: for tests.</summary>
    internal Task AbandonAsync() => _open?.AbandonAsync() ?? Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task<IOpenInbox> OpenStoreAsync(bool isHosted, CancellationToken cancellationToken) => _open = await OpenInbox.OpenAsync(
        _options,
        _postgreSqlOptions,
        isHosted ? Limits with { Patience = Timeout.InfiniteTimeSpan } : Limits,
        _time,
        _logger,
        cancellationToken).ConfigureAwait(false);
}
