using Microsoft.AspNetCore.Http;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>
/// What a route is, all of it in one place: who may ask, what it takes, what it answers. Begin with <see cref="Page"/> or <see cref="Form"/>, and change what
/// differs by <c>with</c>.
/// </summary>
/// <param name="Method">The method of HTTP, such as <c>GET</c>.</param>
/// <param name="Pattern">The path, as ASP.NET Core has patterns: <c>/reports/{name}</c>.</param>
/// <param name="Role">The role that it needs.</param>
/// <param name="Summary">What it is for, in a sentence.</param>
public sealed record ManagementRoute(string Method, string Pattern, ManagementRole Role, string Summary)
{
    /// <summary>The content type of pages.</summary>
    public const string Html = "text/html; charset=utf-8";

    internal const string Json = "application/json";

    private const int DefaultBodyBytes = 64 * 1024;

    /// <summary>For whom it is.</summary>
    /// <value>Programs, unless it is made by <see cref="Page"/> or <see cref="Form"/>.</value>
    public Audience Audience { get; init; }

    /// <summary>The parameters that it takes in its query; any other is refused.</summary>
    /// <value>None.</value>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>What its body is read as: <see cref="IFormCollection"/> of a form, at most 64 KiB.</summary>
    /// <value><see langword="null"/>: it takes none.</value>
    public Type? Body { get; init; }

    /// <summary>How long it may take; <see langword="null"/> for as long as its reader goes on, and the server runs.</summary>
    /// <value>30 s.</value>
    public TimeSpan? Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether it is for people rather than for programs.</summary>
    internal bool IsPage => Audience is Audience.People or Audience.Anybody;

    /// <summary>Whether it does without a body.</summary>
    internal bool IsBodyOptional { get; init; }

    /// <summary>How long a body may be.</summary>
    internal int MaxBodyBytes { get; init; } = DefaultBodyBytes;

    /// <summary>What it answers.</summary>
    internal Type? Answer { get; init; }

    /// <summary>The status of its answer.</summary>
    internal int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>How its answer is written.</summary>
    internal string ContentType { get; init; } = Json;

    /// <summary>What the audit log calls the change that it makes, such as <c>deliveries.replay</c>.</summary>
    /// <value><see langword="null"/>: it changes nothing.</value>
    internal string? Action { get; private init; }

    /// <summary>A page, for people with the role <see cref="ManagementRole.Read"/>.</summary>
    /// <param name="pattern">The path, as ASP.NET Core has patterns: <c>/reports/{name}</c>.</param>
    /// <param name="summary">What it is for, in a sentence.</param>
    public static ManagementRoute Page(string pattern, string summary) =>
        new(HttpMethods.Get, pattern, ManagementRole.Read, summary) { Audience = Audience.People, ContentType = Html };

    /// <summary>What a form on a page changes, for people with the role <see cref="ManagementRole.Operate"/>; it is written to the audit log.</summary>
    /// <param name="pattern">The path that the form posts to.</param>
    /// <param name="action">What the audit log calls the change: <c>deliveries.replay</c>.</param>
    /// <param name="summary">What it is for, in a sentence.</param>
    public static ManagementRoute Form(string pattern, string action, string summary) =>
        new(HttpMethods.Post, pattern, ManagementRole.Operate, summary)
        {
            Audience = Audience.People,
            ContentType = Html,
            Action = action,
            Body = typeof(IFormCollection),
        };

    internal static ManagementRoute Get<TAnswer>(string pattern, string summary) =>
        new(HttpMethods.Get, pattern, ManagementRole.Read, summary) { Answer = typeof(TAnswer) };

    internal static ManagementRoute Change<TAnswer>(string pattern, string action, string summary) =>
        new(HttpMethods.Post, pattern, ManagementRole.Operate, summary) { Answer = typeof(TAnswer), Action = action };
}
