using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Dashboard.Layout;
using ThunderStack.Webhooks.Management.Access;

namespace ThunderStack.Webhooks.Dashboard.Access;

/// <summary>Whoever has typed a key into the form, and has a cookie since.</summary>
internal sealed class SignedInPeople(IManagementAccess access, IServiceProvider services) : IPeople
{
    /// <summary>The scheme of ASP.NET Core's cookie authentication.</summary>
    public const string Scheme = "ThunderStack";

    /// <summary>The page to sign in on.</summary>
    public const string SignInPath = "/sign-in";

    /// <inheritdoc/>
    public async Task<Caller?> FindAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(Scheme);
        if (result.Principal is not { } principal
            || principal.FindFirstValue(ClaimTypes.Name) is not { } name
            || principal.FindFirstValue(ClaimTypes.NameIdentifier) is not { } fingerprint
            || access.Find(name, fingerprint) is not { } caller)
        {
            return null;
        }

        // Forms are given to this person and to nobody else.
        context.User = principal;
        return caller;
    }

    public Task SignInAsync(HttpContext context, Caller caller, string key)
    {
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, caller.Name), new Claim(ClaimTypes.NameIdentifier, access.FingerprintOf(key))], Scheme);
        return context.SignInAsync(Scheme, new ClaimsPrincipal(identity));
    }

    /// <inheritdoc/>
    public async Task<bool> IsOwnFormAsync(HttpContext context)
    {
        await FindAsync(context);
        return await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
    }

    /// <inheritdoc/>
    public async Task AnswerAsync(HttpContext context, ManagementException problem)
    {
        // The renderer counts conditions with services that the guard has, too: asked for here, it closes no circle.
        var renderer = services.GetRequiredService<PageRenderer>();
        if (problem.Status == StatusCodes.Status401Unauthorized && access.HasKeys)
        {
            var back = PageContext.HereOf(context.Request);
            context.Response.Redirect(context.Request.PathBase.ToUriComponent() + SignInPath + (back == "/" ? "" : $"?{PageCallExtensions.ReturnField}={Uri.EscapeDataString(back)}"));
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            return;
        }

        if (problem.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        var caller = problem.Status == StatusCodes.Status421MisdirectedRequest ? null
            : await FindAsync(context) ?? (!access.HasKeys && problem.Status != StatusCodes.Status401Unauthorized ? Caller.Developer : null);
        await renderer.AnswerAsync<ProblemPage>(context, new ProblemModel(problem.Status, problem.Message, context.TraceIdentifier), caller, problem.Status);
    }
}
