using Microsoft.Extensions.Primitives;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Receiver.Hosting;

namespace ThunderStack.Webhooks.Receiver.Settings;

/// <summary>
/// Says of a change what it cannot do: a setting that only a restart takes over, a value with which the next start would fail. What
/// changes while the receiver runs says so itself.
/// </summary>
internal sealed partial class SettingsChanges(
    IConfiguration configuration, SettingsCatalog catalog, ConfigurationProblems problems, IServiceProvider services, ILogger<SettingsChanges> logger) : IDisposable
{
    private readonly IConfigurationSection _section = configuration.GetSection(ThunderStackWebhooksServiceCollectionExtensions.SectionName);
    private readonly Lock _gate = new();
    private HashSet<string> _invalid = [];
    private Dictionary<string, string> _running = [];
    private Dictionary<string, string> _written = [];
    private IDisposable? _registration;

    /// <summary>Takes the settings as they are for those in effect, and follows them from then on.</summary>
    public void Start()
    {
        _running = _written = ReadFixed();
        _registration = ChangeToken.OnChange(configuration.GetReloadToken, Review);
    }

    public void Dispose() => _registration?.Dispose();

    private void Review()
    {
        lock (_gate)
        {
            TellInvalid();
            TellFixed();
        }
    }

    private void TellInvalid()
    {
        var invalid = problems.FindNow(services).Where(problem => !IsToldByItself(problem)).Concat(LogLevels.Problems(configuration)).ToHashSet();
        foreach (var problem in invalid.Except(_invalid))
        {
            Log.Invalid(logger, problem);
        }

        _invalid = invalid;
    }

    private void TellFixed()
    {
        var written = ReadFixed();
        foreach (var key in written.Keys.Union(_written.Keys))
        {
            var value = written.GetValueOrDefault(key);
            if (value != _written.GetValueOrDefault(key) && value != _running.GetValueOrDefault(key))
            {
                Log.NeedsRestart(logger, $"{_section.Path}:{key}");
            }
        }

        _written = written;
    }

    private Dictionary<string, string> ReadFixed() => catalog.Settings.Where(setting => !setting.Reloads).SelectMany(setting => setting.ReadAll(_section)).ToDictionary(
        written => written.Key, written => written.Value, StringComparer.OrdinalIgnoreCase);

    // A problem begins with the key, or with that of the list or the entry that it is in.
    private bool IsToldByItself(string problem) =>
        catalog.Settings.Where(setting => setting.Reloads).Select(setting => $"{_section.Path}:{setting.Key.Split(":*")[0]}").Any(
            key => problem.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase) || problem.StartsWith($"{key} ", StringComparison.OrdinalIgnoreCase));

    private static partial class Log
    {
        [LoggerMessage(612, LogLevel.Error, "{Problem} The setting before it goes on; the next start would fail")]
        public static partial void Invalid(ILogger logger, string problem);

        [LoggerMessage(613, LogLevel.Warning, "{Key} has changed, and takes effect at the next start")]
        public static partial void NeedsRestart(ILogger logger, string key);
    }
}
