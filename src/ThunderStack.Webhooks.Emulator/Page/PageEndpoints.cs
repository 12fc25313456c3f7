using ThunderStack.Webhooks.Emulator.Certificates;
using ThunderStack.Webhooks.Emulator.Faults;
using ThunderStack.Webhooks.Emulator.Keys;
using ThunderStack.Webhooks.Emulator.NodeApi;
using ThunderStack.Webhooks.Emulator.Nodes;
using ThunderStack.Webhooks.Emulator.Sending;

namespace ThunderStack.Webhooks.Emulator.Page;

/// <summary>One page for a browser: the nodes, the last deliveries, and a form for what the control API can do. It works without scripts.</summary>
internal static class PageEndpoints
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void MapPage(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", Show);
        app.MapGet("/assets/{name}", (string name, HttpResponse response) => PageAssets.Find(name) is { } asset
            ? Secured(response, Results.Bytes(asset.Content, asset.ContentType))
            : Results.NotFound());
        var forms = app.MapGroup("/page");
        forms.MapPost("/certificate", async (HttpContext context, EmulatedCloud cloud, TimeProvider time) =>
        {
            var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
            if (cloud.Find(form["nodeId"].ToString()) is not { } node)
            {
                return NodeEndpoints.NotFound();
            }

            context.Response.Headers.ContentDisposition = "attachment; filename=\"certificate.json\"";
            return Results.Json(CertificateEndpoints.Generate(node.NodeId, time.GetUtcNow()));
        });
        Map("/send", (actions, form, token) => actions.SendAsync(form, token));
        Map("/nodes", (actions, form, _) => Task.FromResult(actions.ChangeNode(form)));
        Map("/create", (actions, form, _) => Task.FromResult(actions.CreateNode(form)));
        Map("/webhook-url", (actions, form, _) => Task.FromResult(actions.SetWebhookUrl(form)));
        Map("/faults", (actions, form, _) => Task.FromResult(actions.AddFault(form)));
        Map("/node-faults", (actions, form, _) => Task.FromResult(actions.AddNodeFault(form)));
        Map("/bursts", (actions, form, token) => actions.BurstAsync(form, token));
        Map("/rotate-key", (actions, _, _) => Task.FromResult(actions.RotateKey()));
        Map("/key", (actions, form, _) => Task.FromResult(actions.SetKeyAnswer(form)));

        void Map(string path, Func<PageActions, IFormCollection, CancellationToken, Task<PageNote>> act) =>
            forms.MapPost(path, async (HttpContext context, PageActions actions, PageNotes notes) =>
            {
                if (!context.Request.HasFormContentType)
                {
                    return Results.Problem("This takes the page's forms; programs use /emulator and /api.", statusCode: StatusCodes.Status415UnsupportedMediaType);
                }

                var form = await context.Request.ReadFormAsync(context.RequestAborted);

                // Seen after a redirect, so that a reload does not do it again; the page is asked for by its name, below a path too.
                return Results.Redirect($"{context.Request.PathBase}/?note={notes.Add(await act(actions, form, context.RequestAborted))}");
            });
    }

    public static void AddPage(this IServiceCollection services)
    {
        services.AddSingleton<PageNotes>();
        services.AddSingleton<PageActions>();
    }

    private static IResult Show(
        HttpContext context, EmulatedCloud cloud, DeliveryLog log, FaultPlan faults, NodeFaultPlan nodeFaults, SigningKey key, PublicKeyDesk desk, PageNotes notes, TimeProvider time) =>
        Secured(context.Response, Results.Content(
            PageView.Render(new PageModel(cloud, log, faults, nodeFaults, key, desk, notes.Find(context.Request.Query["note"]), time.GetUtcNow())),
            "text/html; charset=utf-8"));

    private static IResult Secured(HttpResponse response, IResult result)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        return result;
    }
}
