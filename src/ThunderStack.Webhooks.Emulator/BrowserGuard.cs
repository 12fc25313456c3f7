using System.Net;

namespace ThunderStack.Webhooks.Emulator;

/// <summary>
/// Refuses what a browser sends for another site. The emulator has no login and posts to any URL it is given, so without
/// this every web page that a developer opens could use it to reach other servers of the machine.
/// </summary>
internal sealed class BrowserGuard(RequestDelegate next, IConfiguration configuration)
{
    private const string HostSetting = "AllowedHosts";

    private readonly HashSet<string> _ownNames = new(
        (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(HostOf),
        StringComparer.OrdinalIgnoreCase);

    // Whoever sets the framework's own filter has decided which names are right.
    private readonly bool _judgesHost = string.IsNullOrEmpty(configuration[HostSetting]);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        return ProblemOf(request) is { } problem
            ? Results.Problem(problem, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context)
            : next(context);
    }

    private string? ProblemOf(HttpRequest request)
    {
        // DNS rebinding: the page's own name, made to mean this machine. What is an address, or this machine by
        // definition, cannot be made to mean anything else.
        if (_judgesHost && !IsOwn(request.Host.Host))
        {
            return $"The emulator does not answer for the host '{request.Host.Host}'. If it is its name, start it with --{HostSetting}={request.Host.Host}.";
        }

        if (request.Headers.Origin is [{ } origin, ..] && !IsSame(origin, request))
        {
            return $"The emulator does nothing for a page of {origin}.";
        }

        // Another port of the same host is "same-site", and a page of another program.
        return request.Headers["Sec-Fetch-Site"] is [{ } site, ..] && site is not ("same-origin" or "none") && !IsVisit(request)
            ? "The emulator does nothing for a page of another site."
            : null;
    }

    private bool IsOwn(string host) =>
        IPAddress.TryParse(host, out _)
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || _ownNames.Contains(host);

    private static bool IsSame(string origin, HttpRequest request) =>
        origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);

    // A link that somebody followed; the page that holds it sees nothing of the answer.
    private static bool IsVisit(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";

    private static string HostOf(string url) => BindingAddress.Parse(url.Trim()).Host;
}
