using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.EffectiveSettings;

namespace ThunderStack.Webhooks.Dashboard.Settings;

/// <summary>The settings.</summary>
/// <param name="Shown">Those that the filters let through, by section.</param>
/// <param name="Text">The text that is looked for.</param>
/// <param name="OnlyWritten">Whether defaults are left out.</param>
internal sealed record SettingsModel(IReadOnlyList<IGrouping<string, SettingView>> Shown, string? Text, bool OnlyWritten) : IPageModel
{
    public string Title => "Settings";

    public Section Section => Section.Settings;
}

/// <summary>The settings that are in effect, with what is secret left out.</summary>
internal sealed class SettingPages(IManagementQueries queries, PageRenderer renderer) : IManagementFeature
{
    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Page("/settings", "The settings in effect.") with { Query = [new("text", "A part of a key or a value."), new("written", "true: without defaults.")] },
        AnswerAsync);

    private Task AnswerAsync(ManagementCall call)
    {
        var (text, onlyWritten) = (call.Text("text"), call.Switch("written"));
        var shown = queries.ListSettings().Where(setting => (!onlyWritten || !setting.IsDefault)
            && (text is null || setting.Key.Contains(text, StringComparison.OrdinalIgnoreCase) || setting.Value?.Contains(text, StringComparison.OrdinalIgnoreCase) == true));
        return renderer.AnswerAsync<SettingsPage>(call, new SettingsModel([.. shown.GroupBy(setting => SectionOf(setting.Key), StringComparer.Ordinal)], text, onlyWritten));
    }

    private static string SectionOf(string key) => key.Split(':') is [_, var section, ..] ? section : key;
}
