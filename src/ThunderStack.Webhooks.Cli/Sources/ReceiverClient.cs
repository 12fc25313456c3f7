using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ThunderStack.Webhooks.Cli.Http;

namespace ThunderStack.Webhooks.Cli.Sources;

/// <summary>Asks a receiver's management API. What comes back is limited in size and time, whoever answers.</summary>
internal sealed class ReceiverClient : IDisposable
{
    private const int MaxAnswerBytes = 16 * 1024 * 1024;
    private const int MaxProblemBytes = 64 * 1024;
    private const string EventStream = "text/event-stream";

    // The receiver gives up a little earlier, and says why.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan ChangeLimit = TimeSpan.FromSeconds(130);

    private readonly HttpClient _http;

    public ReceiverClient(Uri address, string? key, TimeProvider time)
    {
        Time = time;
        Address = address;
        HasKey = key is not null;

        // Of a stream that is left, nothing more is read.
        _http = ToolHttp.Create(address, Timeout.InfiniteTimeSpan, handler => handler.ResponseDrainTimeout = TimeSpan.Zero, MaxAnswerBytes);
        _http.BaseAddress = address;
        _http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
    }

    public Uri Address { get; }

    public bool HasKey { get; }

    public TimeProvider Time { get; }

    public void Dispose() => _http.Dispose();

    /// <exception cref="ReceiverException">There is no such answer.</exception>
    public Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
        where T : class => AskAsync<T>(() => new HttpRequestMessage(HttpMethod.Get, path), Limit, cancellationToken);

    /// <exception cref="ReceiverException">There is no such answer.</exception>
    public Task<T> PostAsync<T>(string path, object? body, CancellationToken cancellationToken)
        where T : class => AskAsync<T>(
            () => new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: Json.Line) },
            ChangeLimit,
            cancellationToken);

    /// <summary>An answer of unknown length, with its headers read.</summary>
    /// <exception cref="ReceiverException">There is no such answer.</exception>
    public async Task<HttpResponseMessage> OpenAsync(string path, string contentType, string? lastEventId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (contentType == EventStream)
        {
            request.Headers.Accept.ParseAdd(EventStream);
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        var answer = await SendAsync(request, Limit, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        try
        {
            await CheckAsync(answer, contentType, cancellationToken);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>What went wrong with an answer that had begun.</summary>
    public ReceiverException Broken(Exception exception) => exception switch
    {
        ReceiverException known => known,
        TimeoutException late => ReceiverException.Unreachable(Address, late.Message),
        InvalidDataException or JsonException or FormatException or ArgumentException => ReceiverException.Stranger(Address, $"{exception.Message.TrimEnd('.')}"),
        _ => ReceiverException.Unreachable(Address, ToolHttp.Describe(exception, Limit)),
    };

    private async Task<T> AskAsync<T>(Func<HttpRequestMessage> create, TimeSpan limit, CancellationToken cancellationToken)
        where T : class
    {
        using var request = create();
        using var answer = await SendAsync(request, limit, HttpCompletionOption.ResponseContentRead, cancellationToken);
        await CheckAsync(answer, "application/json", cancellationToken);
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(Json.Line, cancellationToken) ?? throw new JsonException("its answer is null");
        }
        catch (JsonException exception)
        {
            throw ReceiverException.Stranger(Address, $"its answer cannot be read{(exception.Path is { Length: > 1 } path ? $", at {path}" : "")}");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, TimeSpan limit, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await _http.SendAsync(request, completion, either.Token);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw ReceiverException.Stranger(Address, $"its answer is longer than {MaxAnswerBytes >> 20} MiB");
        }
        catch (Exception exception) when (ToolHttp.IsFailure(exception, cancellationToken))
        {
            throw ReceiverException.Unreachable(Address, ToolHttp.Describe(exception, limit));
        }
    }

    private async Task CheckAsync(HttpResponseMessage answer, string contentType, CancellationToken cancellationToken)
    {
        var sent = answer.Content.Headers.ContentType?.MediaType;
        if (!answer.IsSuccessStatusCode)
        {
            var detail = sent == "application/problem+json" ? await ReadDetailAsync(answer, cancellationToken) : null;
            throw ReceiverException.Of(Address, answer.StatusCode, detail, HasKey, answer.Headers.RetryAfter?.Delta, answer.Headers.Location);
        }

        if (sent != contentType)
        {
            throw ReceiverException.Stranger(Address, $"it sends {sent ?? "nothing"} where {contentType} is expected");
        }
    }

    private async Task<string?> ReadDetailAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Limit, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await answer.Content.LoadIntoBufferAsync(MaxProblemBytes, either.Token);
            return (await answer.Content.ReadFromJsonAsync<Problem>(Json.Line, either.Token))?.Detail;
        }
        catch (Exception exception) when (exception is JsonException || ToolHttp.IsFailure(exception, cancellationToken))
        {
            return null;
        }
    }

    private sealed record Problem(string? Detail);
}
