using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Dashboard.Assets;
using ThunderStack.Webhooks.Dashboard.Preferences;
using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Access;
using ThunderStack.Webhooks.Management.Conditions;

namespace ThunderStack.Webhooks.Dashboard.Pages;

/// <summary>
/// Renders a page whole before the first byte of it is sent, so that what fails on the way is answered as a problem and never as half a
/// page.
/// </summary>
internal sealed partial class PageRenderer(
    IManagementAccess access, IManagementQueries queries, DashboardAssets assets, TimeProvider time, ILoggerFactory loggers)
{
    // In milliseconds; the script reads it.
    private const string RefreshAfter = "X-Refresh-After";

    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private readonly ILogger _logger = loggers.CreateLogger<PageRenderer>();

    /// <summary>Answers with a page.</summary>
    /// <typeparam name="TPage">The component of the page.</typeparam>
    /// <param name="call">The request.</param>
    /// <param name="model">What it shows: a cascading parameter of the component, by its type.</param>
    public async Task AnswerAsync<TPage>(ManagementCall call, IPageModel model)
        where TPage : IComponent
    {
        await call.FinishAsync();
        await AnswerAsync<TPage>(call.Context, model, call.Caller == Caller.Anybody ? null : call.Caller, StatusCodes.Status200OK, call);
    }

    public async Task AnswerAsync<TPage>(HttpContext context, IPageModel model, Caller? caller, int status, ManagementCall? call = null)
        where TPage : IComponent
    {
        // The tokens' library sets this, too, and warns of every page when it finds another value.
        context.Response.Headers.CacheControl = default;
        var page = await ContextOfAsync(context, caller, model.Conditions);
        var html = await RenderAsync<TPage>(context, page, model);
        var bytes = System.Text.Encoding.UTF8.GetBytes(html);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = ManagementRoute.Html;
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;

        // Without a referrer a form would not even say that it is this server's own.
        response.Headers["Referrer-Policy"] = "same-origin";
        if (call is not null && model.Live.Length > 0)
        {
            response.Headers[RefreshAfter] = ((long)queries.PauseAfter(call.Elapsed).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private async Task<string> RenderAsync<TPage>(HttpContext context, PageContext page, IPageModel model)
        where TPage : IComponent
    {
        await using var renderer = new HtmlRenderer(context.RequestServices, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                [nameof(PageRoot.Page)] = page,
                [nameof(PageRoot.Model)] = model,
                [nameof(PageRoot.Component)] = typeof(TPage),
            });
            return (await renderer.RenderComponentAsync<PageRoot>(parameters)).ToHtmlString();
        });
    }

    private async Task<PageContext> ContextOfAsync(HttpContext context, Caller? caller, IReadOnlyList<ConditionView>? known)
    {
        var conditions = caller is null ? [] : known ?? await ConditionsAsync(context);
        return new PageContext
        {
            Caller = caller,
            IsOpen = access.IsOpen,
            Base = context.Request.PathBase.ToUriComponent(),
            Here = PageContext.HereOf(context.Request),
            Now = time.GetUtcNow(),
            Preference = Preference.Read(context.Request),
            FormToken = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken!,
            Notice = NoticeCookie.Take(context),
            StyleSheet = assets.StyleSheet.Path,
            Script = assets.Script.Path,
            Conditions = conditions.Count,
            DeadLetterConditions = conditions.Count(condition => condition.Kind == "deadLetters"),
        };
    }

    // The head of a page must not be what keeps a problem from being shown.
    private async Task<IReadOnlyList<ConditionView>> ConditionsAsync(HttpContext context)
    {
        try
        {
            return await queries.ListConditionsAsync(context.RequestAborted);
        }
        catch (Exception exception)
        {
            Log.NotCounted(_logger, exception);
            return [];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Debug, "A page is shown without the number of open conditions, since they could not be listed")]
        public static partial void NotCounted(ILogger logger, Exception exception);
    }
}
