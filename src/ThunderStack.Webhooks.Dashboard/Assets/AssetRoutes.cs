namespace ThunderStack.Webhooks.Dashboard.Assets;

/// <summary>Sends the style sheet and the script, to whoever has not signed in, too: the page to sign in on has them.</summary>
internal sealed class AssetRoutes(DashboardAssets assets) : IManagementFeature
{
    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Page("/assets/{name}", "A file of the pages.") with { Audience = Audience.Anybody },
        async call =>
        {
            var asset = assets.Find(call.RouteValue("name")) ?? throw ManagementException.NotFound("There is no such file. Reload the page that asked for it.");
            var response = call.Context.Response;
            response.ContentType = asset.ContentType;
            response.ContentLength = asset.Bytes.Length;
            response.Headers.CacheControl = "public, max-age=31536000, immutable";
            await response.Body.WriteAsync(asset.Bytes, call.Cancelled);
        });
}
