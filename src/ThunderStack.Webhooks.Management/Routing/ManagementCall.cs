using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Management.Access;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>One request that was let in, with what it says, and its answer.</summary>
public sealed class ManagementCall
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    private readonly ManagementRoute _route;
    private readonly Func<ManagementCall, Task> _finish;
    private readonly TimeProvider _time;
    private readonly long _began;

    internal ManagementCall(
        HttpContext context, ManagementRoute route, Caller caller, Func<ManagementCall, Task> finish, TimeProvider time, CancellationToken cancelled)
    {
        (Context, Caller, Cancelled) = (context, caller, cancelled);
        (_route, _finish, _time) = (route, finish, time);
        _began = time.GetTimestamp();
    }

    /// <summary>The request and its answer. Its services are those of the management server.</summary>
    public HttpContext Context { get; }

    /// <summary>Who asks.</summary>
    public Caller Caller { get; }

    /// <summary>For how long it has been worked on.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_began);

    /// <summary>Ends when the caller hangs up, when it takes too long, and for a stream when the server stops.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>The node in the path: <c>{nodeId}</c>.</summary>
    /// <remarks>The server leaves an escaped slash as it is, so that it does not become another path.</remarks>
    public NodeId NodeId => new(RouteValue("nodeId").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));

    /// <summary>The event in the path: <c>{eventId}</c>.</summary>
    /// <exception cref="ManagementException">404: it is no event's id.</exception>
    public WebhookEventId EventId => WebhookEventId.TryParse(RouteValue("eventId"), out var id)
        ? id
        : throw ManagementException.NotFound("There is no such event: an event's id is 64 hexadecimal digits.");

    /// <summary>A part of the path.</summary>
    /// <param name="name">Its name in the pattern.</param>
    public string RouteValue(string name) => (string)Context.Request.RouteValues[name]!;

    /// <summary>A parameter of the query.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its value; <see langword="null"/> when it is not there, or empty.</returns>
    public string? Text(string name) => Context.Request.Query.TryGetValue(name, out var values) && values[0] is { Length: > 0 } text ? text : null;

    /// <summary>A parameter of the query that is <c>true</c> or <c>false</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether it is <c>true</c>; <see langword="false"/> when it is not there.</returns>
    /// <exception cref="ManagementException">400: it is neither.</exception>
    public bool Switch(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw ManagementException.BadRequest($"{name} is neither true nor false."),
    };

    /// <exception cref="ManagementException">It is none.</exception>
    internal DateTimeOffset? Instant(string name) => Text(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) && text.Contains('T', StringComparison.Ordinal)
            ? instant
        : throw ManagementException.BadRequest($"{name} is no time. Example: 2026-01-31T12:00:00Z.");

    /// <summary>One of the names of an enumeration, as this API writes them.</summary>
    /// <exception cref="ManagementException">It is none.</exception>
    internal TEnum? Choice<TEnum>(string name)
        where TEnum : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var names = Enum.GetNames<TEnum>().Select(ManagementJson.Name).ToList();
        var index = names.IndexOf(text);
        return index >= 0
            ? Enum.GetValues<TEnum>()[index]
            : throw ManagementException.BadRequest($"{name} is unknown: write {string.Join(", ", names[..^1])} or {names[^1]}.");
    }

    /// <summary>How long a list may be.</summary>
    /// <exception cref="ManagementException">It is no such number.</exception>
    internal int Limit() => Text("limit") is not { } text ? DefaultLimit
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit ? limit
        : throw ManagementException.BadRequest($"limit is no number from 1 to {MaxLimit}.");

    /// <summary>Reads the body; of a route that does without one, <see langword="null"/> when there is none.</summary>
    /// <exception cref="ManagementException">It is not what the route takes.</exception>
    internal async Task<TBody?> ReadAsync<TBody>()
        where TBody : class
    {
        using var content = new MemoryStream();
        await Context.Request.Body.CopyToAsync(content, Cancelled);
        if (content.Length == 0 && _route.IsBodyOptional)
        {
            return null;
        }

        if (!Context.Request.HasJsonContentType())
        {
            throw new ManagementException(StatusCodes.Status415UnsupportedMediaType, "Send the body as application/json.");
        }

        try
        {
            return JsonSerializer.Deserialize<TBody>(content.GetBuffer().AsSpan(0, (int)content.Length), ManagementJson.Options)
                ?? throw ManagementException.BadRequest("The body is null: write a JSON object.");
        }
        catch (JsonException exception)
        {
            throw ManagementException.BadRequest($"The body is not what this takes{(exception.Path is { Length: > 1 } path ? $", at {path}" : "")}: see /openapi/v1.json.");
        }
    }

    /// <summary>Says what was changed and what came of it, for the audit log; the last call counts. Without one, nothing is written to it.</summary>
    /// <param name="target">What was changed: <c>handler=billing</c>.</param>
    /// <param name="outcome">What came of it. When the request fails, the log has its problem instead.</param>
    public void Tell(string target, string outcome) => Told = (target, outcome);

    internal (string Target, string Outcome)? Told { get; private set; }

    /// <summary>Ends what was asked, and writes it to the audit log. Call it before the answer of a <see cref="ManagementRoute.Form"/>, which then tells nothing that the log does not have.</summary>
    public Task FinishAsync() => _finish(this);

    internal async Task AnswerAsync<TAnswer>(TAnswer answer)
    {
        await FinishAsync();
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, ManagementJson.Options);
        var response = Context.Response;
        response.StatusCode = _route.Status;
        response.ContentType = ManagementRoute.Json;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, Cancelled);
    }
}
