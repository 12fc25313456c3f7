using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Management.Access;

namespace ThunderStack.Webhooks.Dashboard.Access;

/// <summary>What the page to sign in on shows.</summary>
/// <param name="Return">Where it leads after that.</param>
/// <param name="Problem">Why it did not go on.</param>
/// <param name="HasKeys">Whether there is any key to sign in with.</param>
internal sealed record SignInModel(string Return, string? Problem, bool HasKeys) : IPageModel
{
    public string Title => "Sign in";
}

/// <summary>Signing in and out.</summary>
internal sealed partial class SignInPages(
    IManagementAccess access, SignedInPeople people, CookieProtection protection, PageRenderer renderer, ILogger<SignInPages> logger) : IManagementFeature
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public void AddTo(IServiceCollection server)
    {
        server.AddAuthentication().AddCookie(SignedInPeople.Scheme, options =>
        {
            options.Cookie.Name = "thunderstack-session";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;

            // By an age rather than by a date, since a browser has another clock.
            options.Cookie.MaxAge = Lifetime;
            options.ExpireTimeSpan = Lifetime;
            options.SlidingExpiration = false;

            // Where the pages are below a path, no other page of that host is given it. By default it is the path before it was known.
            options.Events.OnSigningIn = signing => Below(signing.Request, signing.CookieOptions);
            options.Events.OnSigningOut = signing => Below(signing.Request, signing.CookieOptions);
        });
        server.AddAntiforgery(options =>
        {
            options.Cookie.Name = "thunderstack-form";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.FormFieldName = FormTokenField;
            options.HeaderName = null;
            options.SuppressXFrameOptionsHeader = true;
        });

        // Last, since both of them add data protection as it is by default.
        protection.AddTo(server);
    }

    /// <summary>The field of every form that has its token.</summary>
    public const string FormTokenField = "form-token";

    public void Map(ManagementRoutes routes)
    {
        var page = ManagementRoute.Page(SignedInPeople.SignInPath, "Sign in with a key.") with { Audience = Audience.Anybody };
        routes.Map(page with { Query = [new(PageCallExtensions.ReturnField, "Where it leads after that.")] }, ShowAsync);
        routes.Map(page with { Method = HttpMethods.Post, Body = typeof(IFormCollection) }, SignInAsync);
        routes.Map(
            ManagementRoute.Page("/sign-out", "Sign out.") with { Method = HttpMethods.Post, Body = typeof(IFormCollection) },
            SignOutAsync);
    }

    private static Task Below(HttpRequest request, CookieOptions cookie)
    {
        cookie.Path = request.PathBase.HasValue ? request.PathBase.Value : "/";
        return Task.CompletedTask;
    }

    private async Task ShowAsync(ManagementCall call)
    {
        var back = ReturnPath.Safe(call.Text(PageCallExtensions.ReturnField));
        if (access.IsOpen || await people.FindAsync(call.Context) is not null)
        {
            await call.RedirectAsync(back);
            return;
        }

        await renderer.AnswerAsync<SignInPage>(call, new SignInModel(back, null, access.HasKeys));
    }

    private async Task SignInAsync(ManagementCall call)
    {
        var form = await call.ReadFormAsync();
        var (back, key) = (form.ReturnPathOf(), form.Field("key")?.Trim() ?? "");
        try
        {
            var caller = access.AdmitTyped(call.Context, key);
            await people.SignInAsync(call.Context, caller, key);
            Log.SignedIn(logger, caller.Name, call.Context.Connection.RemoteIpAddress);
        }
        catch (ManagementException problem)
        {
            await renderer.AnswerAsync<SignInPage>(call.Context, new SignInModel(back, problem.Message, access.HasKeys), null, problem.Status);
            return;
        }

        await call.RedirectAsync(back);
    }

    private static async Task SignOutAsync(ManagementCall call)
    {
        await call.Context.SignOutAsync(SignedInPeople.Scheme);
        await call.RedirectAsync(SignedInPeople.SignInPath);
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Information, "{Key} signed in to the dashboard from {From}")]
        public static partial void SignedIn(ILogger logger, string key, IPAddress? from);
    }
}
