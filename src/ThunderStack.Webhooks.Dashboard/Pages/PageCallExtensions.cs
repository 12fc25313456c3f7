using Microsoft.AspNetCore.Http;

namespace ThunderStack.Webhooks.Dashboard.Pages;

/// <summary>What routes of pages do with a call.</summary>
internal static class PageCallExtensions
{
    /// <summary>The field of every form that says where it leads back to.</summary>
    public const string ReturnField = "return";

    /// <summary>Ends a change, and leads to a page that tells of it once.</summary>
    /// <param name="call">The request.</param>
    /// <param name="path">The page, without the path below which all of them are.</param>
    /// <param name="notice">What to tell.</param>
    public static async Task RedirectAsync(this ManagementCall call, string path, Notice? notice = null)
    {
        await call.FinishAsync();
        if (notice is not null)
        {
            NoticeCookie.Leave(call.Context, notice);
        }

        call.Context.Response.Redirect(call.Context.Request.PathBase.ToUriComponent() + ReturnPath.Safe(path));

        // 303: what follows is asked for with GET.
        call.Context.Response.StatusCode = StatusCodes.Status303SeeOther;
    }

    /// <summary>The fields of a form.</summary>
    public static Task<IFormCollection> ReadFormAsync(this ManagementCall call) => call.Context.Request.ReadFormAsync(call.Cancelled);

    /// <summary>A field; <see langword="null"/> when it is not there, or empty.</summary>
    public static string? Field(this IFormCollection form, string name) => form.TryGetValue(name, out var values) && values is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>Where the form leads back to.</summary>
    public static string ReturnPathOf(this IFormCollection form) => ReturnPath.Safe(form.Field(ReturnField));
}
