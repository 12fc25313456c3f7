using Microsoft.Extensions.Configuration;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Handlers;

namespace ThunderStack.Webhooks.Management.EffectiveSettings;

/// <summary>The settings, without what is secret in them.</summary>
internal sealed class SettingsInEffect(IConfiguration section, SettingsCatalog catalog, HandlerTypes? types)
{
    private const string Root = "ThunderStack";

    // Of a setting that somebody else declares and forgot to call secret.
    private static readonly string[] Telling = ["password", "secret", "token", "apikey", "connectionstring", "credential", "passphrase"];

    /// <summary>By key.</summary>
    public IEnumerable<SettingView> List() => catalog.Settings.SelectMany(Read).OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase);

    private IEnumerable<SettingView> Read(Setting setting)
    {
        var isWritten = false;
        foreach (var (key, value) in setting.ReadAll(section))
        {
            isWritten = true;
            var isSecret = IsSecret(setting, key);
            yield return new SettingView($"{Root}:{key}", isSecret ? null : value, isSecret, false, setting.Reloads);
        }

        if (!isWritten && setting.Default is not null && !setting.Key.Contains('*', StringComparison.Ordinal))
        {
            yield return new SettingView($"{Root}:{setting.Key}", IsSecret(setting, setting.Key) ? null : setting.Default, setting.IsSecret, true, setting.Reloads);
        }
    }

    private bool IsSecret(Setting setting, string key)
    {
        if (setting.IsSecret)
        {
            return true;
        }

        // Several types of handlers may have a setting of the same name, and the first of them declares it.
        var parts = key.Split(':');
        if (parts is ["Handlers", var name, ..] && types?.Find(section[$"Handlers:{name}:Type"] ?? "") is { } type
            && type.Settings.Any(own => own.IsSecret && Matches(own.Key.Split(':'), parts[2..])))
        {
            return true;
        }

        var last = setting.Key.Split(':').Last(part => part != "*");
        return !last.EndsWith("File", StringComparison.OrdinalIgnoreCase) && Telling.Any(word => last.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static bool Matches(string[] pattern, string[] parts) =>
        pattern.Length == parts.Length && pattern.Zip(parts).All(pair => pair.First == "*" || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
}
