using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.Management.Access;

/// <summary>Says who asks, or why they are not answered.</summary>
internal sealed partial class ManagementAccess(
    ApiKeys keys, AttemptLimit attempts, HostNames names, IHostEnvironment environment, ILogger<ManagementAccess> logger) : IManagementAccess
{
    private const string Scheme = "Bearer ";
    private const int MaxKeyLength = 512;

    private static readonly string[] Proxied = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "Via"];

    /// <summary>Ends when the keys change: what was let in for long has to ask again.</summary>
    public CancellationToken KeysChanged => keys.Changed;

    public bool HasKeys => !keys.IsEmpty;

    public bool IsOpen => keys.IsEmpty && environment.IsDevelopment();

    /// <summary>Says who asks.</summary>
    /// <param name="context">The request.</param>
    /// <param name="route">What it asks for.</param>
    /// <param name="people">Who signs people in, where somebody does. They ask this for keys, so it is not given them when it is made.</param>
    /// <exception cref="ManagementException">The request is refused.</exception>
    public async Task<Caller> AdmitAsync(HttpContext context, ManagementRoute route, IPeople? people)
    {
        ThrowIfNotOwn(context.Request);
        if (route.Audience == Audience.Anybody)
        {
            return Caller.Anybody;
        }

        var caller = await FindSignedInAsync(context, route, people) ?? AdmitWithoutCookie(context, route);
        return caller.May(route.Role)
            ? caller
            : throw new ManagementException(StatusCodes.Status403Forbidden, $"The key {caller.Name} has the role {caller.Role}, and this needs {route.Role}.");
    }

    public Caller AdmitTyped(HttpContext context, string key)
    {
        var from = context.Connection.RemoteIpAddress;
        ThrowIfTooMany(from);
        return AdmitPresented(key, from);
    }

    public string FingerprintOf(string key) => ApiKeys.FingerprintOf(key);

    public Caller? Find(string name, string fingerprint) => keys.Find(name, fingerprint);

    private void ThrowIfNotOwn(HttpRequest request)
    {
        if (!names.IsOwn(request.Host.Host))
        {
            throw new ManagementException(
                StatusCodes.Status421MisdirectedRequest,
                "This receiver does not answer to the host name of this request. If it is its name, set ThunderStack:Management:PublicUrl.");
        }
    }

    private void ThrowIfTooMany(IPAddress? from)
    {
        if (attempts.WaitOf(from) is var wait && wait > TimeSpan.Zero)
        {
            throw new ManagementException(StatusCodes.Status429TooManyRequests, "Too many wrong keys came from this address: try again later.") { RetryAfter = wait };
        }
    }

    // Nobody guesses a cookie, so it needs no limit; a header goes before it.
    private static async Task<Caller?> FindSignedInAsync(HttpContext context, ManagementRoute route, IPeople? people) =>
        people is not null && route.Audience != Audience.Programs && context.Request.Headers.Authorization.Count == 0 ? await people.FindAsync(context) : null;

    private Caller AdmitWithoutCookie(HttpContext context, ManagementRoute route)
    {
        if (IsOpen && context.Request.Headers.Authorization.Count == 0)
        {
            return AdmitDeveloper(context, route);
        }

        // A page takes no key: what is kept out of a browser's reach cannot be sent by one.
        if (route.IsPage)
        {
            throw Unauthorized("Sign in first.");
        }

        var from = context.Connection.RemoteIpAddress;
        ThrowIfTooMany(from);
        return AdmitKey(context.Request, from);
    }

    private Caller AdmitKey(HttpRequest request, IPAddress? from)
    {
        var header = request.Headers.Authorization;
        if (header is not [{ } value] || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw Unauthorized("""Send a key of ThunderStack:Management:ApiKeys as "Authorization: Bearer …".""");
        }

        return AdmitPresented(value[Scheme.Length..].Trim(), from);
    }

    private Caller AdmitPresented(string presented, IPAddress? from)
    {
        if (presented.Length is > 0 and <= MaxKeyLength && keys.Find(presented) is { } caller)
        {
            return caller;
        }

        attempts.Fail(from);
        Log.WrongKey(logger, from);
        throw Unauthorized("The key is none of ThunderStack:Management:ApiKeys.");
    }

    // A browser on the same machine must not be made to do it by a page of somebody else, nor a proxy let others in. A link may lead to a page.
    private static Caller AdmitDeveloper(HttpContext context, ManagementRoute route)
    {
        var (request, connection) = (context.Request, context.Connection);
        var isHere = connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote) && !Proxied.Any(request.Headers.ContainsKey);
        var isOtherSite = request.Headers["Sec-Fetch-Site"] is [{ } site, ..] && site is not ("same-origin" or "none")
            && !(route.Audience == Audience.People && route.Action is null && request.Headers["Sec-Fetch-Mode"] == "navigate");
        var isOtherOrigin = request.Headers.Origin is [{ } origin, ..]
            && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        return isHere && !isOtherSite && !isOtherOrigin
            ? Caller.Developer
            : throw Unauthorized("Without ThunderStack:Management:ApiKeys only this machine is answered, and no page of another site.");
    }

    private static ManagementException Unauthorized(string detail) => new(StatusCodes.Status401Unauthorized, detail);

    private static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Warning, "Somebody at {From} asked the management API with a key that is none of ThunderStack:Management:ApiKeys")]
        public static partial void WrongKey(ILogger logger, IPAddress? from);
    }
}
