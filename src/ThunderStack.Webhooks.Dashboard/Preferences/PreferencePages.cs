using Microsoft.AspNetCore.Http;

namespace ThunderStack.Webhooks.Dashboard.Preferences;

/// <summary>Sets how somebody likes their pages. It changes nothing that anybody else sees, so whoever has not signed in may, too.</summary>
internal sealed class PreferencePages : IManagementFeature
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    public void Map(ManagementRoutes routes)
    {
        var form = ManagementRoute.Page("/preferences", "How a person likes their pages.") with
        {
            Method = HttpMethods.Post,
            Audience = Audience.Anybody,
            Body = typeof(IFormCollection),
        };
        routes.Map(form with { Pattern = "/preferences/theme" }, SetThemeAsync);
        routes.Map(form with { Pattern = "/preferences/zone" }, SetZoneAsync);
    }

    private static async Task SetThemeAsync(ManagementCall call)
    {
        var form = await call.ReadFormAsync();
        Keep(call.Context, Preference.ThemeCookie, form.Field("theme") is { } theme and ("light" or "dark") ? theme : "");
        await call.RedirectAsync(form.ReturnPathOf());
    }

    private static async Task SetZoneAsync(ManagementCall call)
    {
        var form = await call.ReadFormAsync();
        if (form.Field("zone") is { } zone && Preference.FindZone(zone.Trim()) is not { } found)
        {
            await call.RedirectAsync(form.ReturnPathOf(), new Notice("This receiver does not know that time zone. Write a name such as Europe/Berlin, or UTC.", IsProblem: true));
            return;
        }

        Keep(call.Context, Preference.ZoneCookie, form.Field("zone")?.Trim() ?? "UTC");
        await call.RedirectAsync(form.ReturnPathOf());
    }

    private static void Keep(HttpContext context, string name, string value)
    {
        var options = new CookieOptions
        {
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = context.Request.PathBase.HasValue ? context.Request.PathBase.Value : "/",
            MaxAge = Kept,
        };
        if (value.Length == 0)
        {
            context.Response.Cookies.Delete(name, options);
        }
        else
        {
            context.Response.Cookies.Append(name, value, options);
        }
    }
}
