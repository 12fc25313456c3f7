namespace ThunderStack.Webhooks.Management.EffectiveSettings;

/// <summary>The settings.</summary>
internal sealed class SettingRoutes(IManagementQueries queries) : IManagementFeature
{
    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Get<ListView<SettingView>>("/api/v1/settings", "The settings that are written and the defaults of the others, by key, with secrets left out."),
        call => call.AnswerAsync(new ListView<SettingView>(queries.ListSettings())));
}
