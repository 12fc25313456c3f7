using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace ThunderStack.Webhooks.Configuration;

/// <summary>Says which keys nothing reads, at start and when the settings change, each of them once.</summary>
internal sealed partial class UnknownKeys(IConfigurationSection section, SettingsCatalog catalog, ILogger<UnknownKeys> logger) : IHostedService, IDisposable
{
    private readonly Lock _gate = new();
    private HashSet<string> _told = [];
    private IDisposable? _registration;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Tell();
        _registration = ChangeToken.OnChange(section.GetReloadToken, Tell);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _registration?.Dispose();

    private void Tell()
    {
        lock (_gate)
        {
            var unknown = catalog.FindUnknownKeys(section).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var key in unknown.Except(_told, StringComparer.OrdinalIgnoreCase))
            {
                Log.Unknown(logger, key);
            }

            _told = unknown;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(600, LogLevel.Warning, "{Key} is not a setting of this version and does nothing: is it spelled right?")]
        public static partial void Unknown(ILogger logger, string key);
    }
}
