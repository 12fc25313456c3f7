using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ThunderStack.Webhooks.Dashboard.Pages;

/// <summary>Carries a notice from what a form did to the page that is shown after it. Nobody else can put words into it.</summary>
internal static class NoticeCookie
{
    private const string Name = "thunderstack-notice";
    private const int MaxLength = 600;

    public static void Leave(HttpContext context, Notice notice)
    {
        var text = notice.Text.Length > MaxLength ? string.Concat(notice.Text.AsSpan(0, MaxLength), "…") : notice.Text;
        context.Response.Cookies.Append(Name, ProtectorOf(context).Protect(JsonSerializer.Serialize(notice with { Text = text })), OptionsFor(context));
    }

    public static Notice? Take(HttpContext context)
    {
        if (!context.Request.Cookies.TryGetValue(Name, out var cookie))
        {
            return null;
        }

        context.Response.Cookies.Delete(Name, OptionsFor(context));
        try
        {
            return JsonSerializer.Deserialize<Notice>(ProtectorOf(context).Unprotect(cookie));
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }

    private static IDataProtector ProtectorOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("ThunderStack.Webhooks.Dashboard.Notice");

    private static CookieOptions OptionsFor(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = context.Request.PathBase.HasValue ? context.Request.PathBase.Value : "/",
        MaxAge = TimeSpan.FromMinutes(1),
    };
}
