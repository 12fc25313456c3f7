using Microsoft.AspNetCore.Http;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>What a route is, all of it in one place: who may ask, what it takes, what it answers.</summary>
internal sealed record ManagementRoute(string Method, string Pattern, ManagementRole Role, string Summary)
{
    public const string Json = "application/json";
    public const string Html = "text/html; charset=utf-8";

    private const int DefaultBodyBytes = 64 * 1024;

    /// <summary>For whom it is.</summary>
    public Audience Audience { get; init; }

    /// <summary>Whether it is for people rather than for programs.</summary>
    public bool IsPage => Audience is Audience.People or Audience.Anybody;

    /// <summary>The parameters of its query.</summary>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>What its body is read as.</summary>
    /// <value><see langword="null"/>: it takes none.</value>
    public Type? Body { get; init; }

    /// <summary>Whether it does without a body.</summary>
    public bool IsBodyOptional { get; init; }

    /// <summary>How long a body may be.</summary>
    public int MaxBodyBytes { get; init; } = DefaultBodyBytes;

    /// <summary>What it answers.</summary>
    public Type? Answer { get; init; }

    /// <summary>The status of its answer.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>How its answer is written.</summary>
    public string ContentType { get; init; } = Json;

    /// <summary>How long it may take.</summary>
    /// <value>30 s; <see langword="null"/>: as long as its reader goes on, and the server runs.</value>
    public TimeSpan? Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What the audit log calls the change that it makes, such as <c>deliveries.replay</c>.</summary>
    /// <value><see langword="null"/>: it changes nothing.</value>
    public string? Action { get; private init; }

    /// <summary>A page.</summary>
    public static ManagementRoute Page(string pattern, string summary) =>
        new(HttpMethods.Get, pattern, ManagementRole.Read, summary) { Audience = Audience.People, ContentType = Html };

    /// <summary>What a form on a page changes.</summary>
    public static ManagementRoute Form(string pattern, string action, string summary) =>
        new(HttpMethods.Post, pattern, ManagementRole.Operate, summary)
        {
            Audience = Audience.People,
            ContentType = Html,
            Action = action,
            Body = typeof(IFormCollection),
        };

    public static ManagementRoute Get<TAnswer>(string pattern, string summary) =>
        new(HttpMethods.Get, pattern, ManagementRole.Read, summary) { Answer = typeof(TAnswer) };

    public static ManagementRoute Change<TAnswer>(string pattern, string action, string summary) =>
        new(HttpMethods.Post, pattern, ManagementRole.Operate, summary) { Answer = typeof(TAnswer), Action = action };
}
